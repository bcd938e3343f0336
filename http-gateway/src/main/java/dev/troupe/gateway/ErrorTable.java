package dev.troupe.gateway;

import dev.troupe.program.Reason;

/// The one table of what goes wrong: HTTP status, and type and code in the form of OpenAI's errors,
/// by which the SDKs choose their exceptions and decide whether to try again.
final class ErrorTable {

  private static final String INVALID_REQUEST = "invalid_request_error";
  private static final String ENGINE = "engine_error";
  private static final String SERVER = "server_error";

  private ErrorTable() {}

  record Row(int status, String type, String code) {}

  /// What goes wrong before there is a call, or beside calls.
  enum Fault {
    INVALID_BODY,
    INVALID_HEADER,
    INVALID_API_KEY,
    UNKNOWN_PATH,
    UNKNOWN_PROGRAM,
    METHOD_NOT_ALLOWED,
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    BODY_BROKEN_OFF,
    BODIES_FULL,
    CONTROL_SILENT,
    STORAGE_SILENT,
    INTERNAL
  }

  static Row row(Reason reason) {
    return switch (reason) {
      case QUEUE_FULL -> new Row(429, "rate_limit_error", "queue_full");
      case UNKNOWN_MODEL -> new Row(404, INVALID_REQUEST, "model_not_found");
      case DRAINING -> new Row(503, SERVER, "draining");
      case DEADLINE_EXCEEDED -> new Row(504, "timeout_error", "deadline_exceeded");
      case CLIENT_GONE -> new Row(499, "cancelled", "client_gone");
      case PROGRAM_ENDED -> new Row(409, "cancelled", "program_ended");
      case ENGINE_LOST -> new Row(502, ENGINE, "engine_lost");
      case ENGINE_INVALID -> new Row(502, ENGINE, "engine_invalid");
      case DUPLICATE_CALL -> new Row(409, INVALID_REQUEST, "duplicate_call");
      case INTERNAL -> row(Fault.INTERNAL);
    };
  }

  static Row row(Fault fault) {
    return switch (fault) {
      case INVALID_BODY -> new Row(400, INVALID_REQUEST, "invalid_body");
      case INVALID_HEADER -> new Row(400, INVALID_REQUEST, "invalid_header");
      case INVALID_API_KEY -> new Row(401, "authentication_error", "invalid_api_key");
      case UNKNOWN_PATH -> new Row(404, INVALID_REQUEST, "unknown_path");
      case UNKNOWN_PROGRAM -> new Row(404, INVALID_REQUEST, "program_not_found");
      case METHOD_NOT_ALLOWED -> new Row(405, INVALID_REQUEST, "method_not_allowed");
      case BODY_TOO_LARGE -> new Row(413, INVALID_REQUEST, "body_too_large");
      case BODY_TOO_SLOW -> new Row(408, INVALID_REQUEST, "body_too_slow");
      case BODY_BROKEN_OFF -> new Row(400, INVALID_REQUEST, "body_broken_off");
      case BODIES_FULL -> new Row(503, SERVER, "bodies_full");
      case CONTROL_SILENT -> new Row(503, SERVER, "control_plane_silent");
      case STORAGE_SILENT -> new Row(503, SERVER, "storage_silent");
      case INTERNAL -> new Row(500, SERVER, "internal");
    };
  }
}
