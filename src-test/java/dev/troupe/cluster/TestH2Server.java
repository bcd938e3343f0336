package dev.troupe.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.tools.Server;

/// A server of H2 in this JVM, for databases that several nodes share.
final class TestH2Server implements AutoCloseable {

  private final Server server;

  /// @param folder of its databases
  TestH2Server(Path folder) {
    try {
      server =
          Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", folder.toString())
              .start();
    } catch (SQLException failed) {
      throw new UncheckedIOException(new IOException(failed));
    }
  }

  /// The URL of a database that is empty.
  String newDatabase() {
    return "jdbc:h2:tcp://127.0.0.1:%d/./%s/programs"
        .formatted(server.getPort(), UUID.randomUUID());
  }

  @Override
  public void close() {
    server.stop();
  }
}
