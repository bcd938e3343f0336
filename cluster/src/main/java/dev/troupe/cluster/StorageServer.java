package dev.troupe.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.tools.Server;

/// The database file of one node's folder, served to several nodes of this machine.
///
/// It is found by a name that only those know who were told, and by connections from this machine
/// alone.
public final class StorageServer implements AutoCloseable {

  private final Server server;
  private final Connection file;
  private final String name;

  private StorageServer(Server server, Connection file, String name) {
    this.server = server;
    this.file = file;
    this.name = name;
  }

  /// Opens the file, and begins to serve it.
  ///
  /// @param settings of storage in a file
  public static StorageServer start(StorageSettings settings) throws SQLException, IOException {
    // H2 reads it once; without it, it listens on every interface.
    System.setProperty("h2.bindAddress", "127.0.0.1");
    Files.createDirectories(settings.directory());
    // Makes the file, which the server would not, and keeps it open.
    var file =
        DriverManager.getConnection(
            DatabaseConnections.fileUrl(settings), DatabaseConnections.FILE_USER, "");
    try {
      var name = UUID.randomUUID().toString();
      var database = settings.directory().resolve("programs").toString();
      var server = Server.createTcpServer("-tcpPort", "0", "-key", name, database).start();
      return new StorageServer(server, file, name);
    } catch (SQLException failure) {
      file.close();
      throw failure;
    }
  }

  /// What `troupe.storage.url` is for the nodes. Secret.
  public String url() {
    return "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + name;
  }

  @Override
  public void close() throws SQLException {
    server.stop();
    file.close();
  }
}
