package hisbundle;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.util.Terser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Sends each *.hl7 of a folder with HAPI's initiator, shared out over connections, several threads on each, and prints what HAPI
 * read in the answer: 'answer|file|MSH-3|MSH-5|MSH-9-1|MSH-11|MSH-12|MSA-1|MSA-2'.
 *
 * <p>Arguments: host, port, 'tls' or 'plain', folder, connections, threads on each connection.
 */
public final class Hl7Client {
  public static void main(String[] arguments) throws Exception {
    String host = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    boolean isTls = arguments[2].equals("tls");
    int connections = Integer.parseInt(arguments[4]);
    int threads = Integer.parseInt(arguments[5]);
    List<Path> files;
    try (var listing = Files.list(Path.of(arguments[3]))) {
      files = listing.filter(path -> path.toString().endsWith(".hl7")).sorted().toList();
    }
    try (var context = new DefaultHapiContext()) {
      context.setModelClassFactory(new CanonicalModelClassFactory("2.5.1"));
      List<Connection> open = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Connection connection = context.newClient(host, port, isTls);
        connection.getInitiator().setTimeout(30, TimeUnit.SECONDS);
        open.add(connection);
      }
      var pool = Executors.newFixedThreadPool(connections * threads);
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        Path file = files.get(i);
        Connection connection = open.get(i % connections);
        answers.add(pool.submit(() -> send(context, connection, file)));
      }
      for (Future<String> answer : answers) System.out.println(answer.get());
      pool.shutdown();
      for (Connection connection : open) connection.close();
    }
    System.exit(0);
  }

  private static String send(DefaultHapiContext context, Connection connection, Path file) throws Exception {
    Message message = context.getPipeParser().parse(Files.readString(file, StandardCharsets.UTF_8));
    Terser answer = new Terser(connection.getInitiator().sendAndReceive(message));
    return String.join("|", "answer", file.getFileName().toString(), answer.get("/MSH-3"), answer.get("/MSH-5"),
        answer.get("/MSH-9-1"), answer.get("/MSH-11"), answer.get("/MSH-12"), answer.get("/MSA-1"), answer.get("/MSA-2"));
  }
}
