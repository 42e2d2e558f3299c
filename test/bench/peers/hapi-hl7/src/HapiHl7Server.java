package hisbundle;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.app.HL7Service;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.protocol.ReceivingApplication;
import ca.uhn.hl7v2.protocol.ReceivingApplicationException;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;

/**
 * HAPI's MLLP server as a peer of the bench: it parses every message into its model and answers the acknowledgement that
 * HAPI generates. It keeps nothing. Prints 'listening PORT'.
 */
public final class HapiHl7Server {
  public static void main(String[] arguments) throws Exception {
    HapiContext context = new DefaultHapiContext();
    context.setValidationContext(ValidationContextFactory.defaultValidation());
    int port = freePort();
    HL7Service server = context.newServer(port, false);
    server.registerApplication(
        new ReceivingApplication<Message>() {
          @Override
          public Message processMessage(Message message, Map<String, Object> metadata)
              throws ReceivingApplicationException, HL7Exception {
            try {
              return message.generateACK();
            } catch (IOException cause) {
              throw new HL7Exception(cause);
            }
          }

          @Override
          public boolean canProcess(Message message) {
            return true;
          }
        });
    server.startAndWait();
    System.out.println("listening " + port);
  }

  /** HAPI takes a port and tells none. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
