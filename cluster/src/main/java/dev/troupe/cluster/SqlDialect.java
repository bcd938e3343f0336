package dev.troupe.cluster;

import java.util.Optional;

/// What the databases say differently. The columns, and their order, are the same in all.
///
/// Every write takes the larger of two standings, part by part. The rest of a program is taken from
/// whichever was saved later: around a move two nodes may write the same program, in any order.
enum SqlDialect {
  H2("program", "schema_version", "run", "VARBINARY(1000000)") {
    @Override
    String write() {
      return """
      MERGE INTO program p
      USING (VALUES (?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT),
          CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS SMALLINT),
          CAST(? AS VARBINARY(1000000))))
        n (tenant, id, attained, path, waited, ended, saved, format, details)
      ON p.tenant = n.tenant AND p.id = n.id
      WHEN MATCHED THEN UPDATE SET
        attained_nanos = GREATEST(p.attained_nanos, n.attained),
        critical_path_nanos = GREATEST(p.critical_path_nanos, n.path),
        waited_nanos = GREATEST(p.waited_nanos, n.waited),
        ended_calls = GREATEST(p.ended_calls, n.ended),
        format = CASE WHEN n.saved >= p.saved_millis THEN n.format ELSE p.format END,
        details = CASE WHEN n.saved >= p.saved_millis THEN n.details ELSE p.details END,
        saved_millis = GREATEST(p.saved_millis, n.saved)
      WHEN NOT MATCHED THEN INSERT VALUES
        (n.tenant, n.id, n.attained, n.path, n.waited, n.ended, n.saved, n.format, n.details)
      """;
    }

    @Override
    String writeRun() {
      return """
      MERGE INTO run (tenant, id, state, is_over, created_millis, updated_millis, details)
      KEY (tenant, id) VALUES (?, ?, ?, ?, ?, ?, ?)
      """;
    }

    @Override
    String deleteSome() {
      return "DELETE FROM program WHERE saved_millis < ? FETCH FIRST ? ROWS ONLY";
    }

    @Override
    Optional<String> lockSchema() {
      return Optional.empty();
    }

    @Override
    Optional<String> sync() {
      // What is committed lies with the operating system; this has it on the disk.
      return Optional.of("CHECKPOINT SYNC");
    }
  },

  POSTGRESQL("troupe_program", "troupe_schema", "troupe_run", "BYTEA") {
    @Override
    String write() {
      return """
      INSERT INTO troupe_program AS p (tenant, id, attained_nanos, critical_path_nanos,
        waited_nanos, ended_calls, saved_millis, format, details)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (tenant, id) DO UPDATE SET
        attained_nanos = GREATEST(p.attained_nanos, excluded.attained_nanos),
        critical_path_nanos = GREATEST(p.critical_path_nanos, excluded.critical_path_nanos),
        waited_nanos = GREATEST(p.waited_nanos, excluded.waited_nanos),
        ended_calls = GREATEST(p.ended_calls, excluded.ended_calls),
        format = CASE WHEN excluded.saved_millis >= p.saved_millis
          THEN excluded.format ELSE p.format END,
        details = CASE WHEN excluded.saved_millis >= p.saved_millis
          THEN excluded.details ELSE p.details END,
        saved_millis = GREATEST(p.saved_millis, excluded.saved_millis)
      """;
    }

    @Override
    String writeRun() {
      return """
      INSERT INTO troupe_run
        (tenant, id, state, is_over, created_millis, updated_millis, details)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (tenant, id) DO UPDATE SET state = excluded.state, is_over = excluded.is_over,
        created_millis = excluded.created_millis, updated_millis = excluded.updated_millis,
        details = excluded.details
      """;
    }

    @Override
    String deleteSome() {
      // By place: a row that is written meanwhile has moved, and stays.
      return """
      DELETE FROM troupe_program WHERE ctid = ANY
        (ARRAY(SELECT ctid FROM troupe_program WHERE saved_millis < ? LIMIT ?))
      """;
    }

    @Override
    Optional<String> lockSchema() {
      // Held until the transaction ends. The number is ours, and means nothing else.
      return Optional.of("SELECT pg_advisory_xact_lock(7405668319001)");
    }

    @Override
    Optional<String> sync() {
      return Optional.empty();
    }
  };

  private final String programs;
  private final String versions;
  private final String runs;
  private final String bytes;

  SqlDialect(String programs, String versions, String runs, String bytes) {
    this.programs = programs;
    this.versions = versions;
    this.runs = runs;
    this.bytes = bytes;
  }

  /// The table of programs.
  String programs() {
    return programs;
  }

  /// The table that holds the version of the programs' schema.
  String versions() {
    return versions;
  }

  /// The table of runs, and the beginning of the names of what belongs to it.
  String runs() {
    return runs;
  }

  /// The type of a column of bytes.
  String bytes() {
    return bytes;
  }

  /// Writes one program; takes the columns in their order.
  abstract String write();

  /// Writes one run in place of what was there; takes the columns in their order.
  abstract String writeRun();

  /// Deletes programs saved before a time (the first parameter), no more than so many (the second).
  abstract String deleteSome();

  /// Has others wait until this transaction has changed the schema. Empty where the database cannot:
  /// its commands are then repeated.
  abstract Optional<String> lockSchema();

  /// What has a committed batch outlive the machine, where committing alone does not.
  abstract Optional<String> sync();
}
