package hisbundle;

import ca.uhn.hl7v2.AcknowledgmentCode;
import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.app.HL7Service;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.protocol.ReceivingApplication;
import ca.uhn.hl7v2.util.Terser;
import java.util.Map;

/**
 * HAPI's server as a laboratory. It prints 'received|MSH-9-1|MSH-9-2|MSH-10|MSA-1 or nothing' for each message and answers the n-th as
 * the n-th argument after the port says, the last one for all that follow: AA, AE, AR, 'late:MS' (AA after MS), 'wrong' (AA with
 * another MSA-2).
 */
public final class Hl7Server {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    var context = new DefaultHapiContext();
    context.setModelClassFactory(new CanonicalModelClassFactory("2.5.1"));
    HL7Service server = context.newServer(port, false);
    int[] count = {0};
    server.registerApplication(new ReceivingApplication<Message>() {
      @Override
      public Message processMessage(Message message, Map<String, Object> metadata) {
        try {
          String behaviour;
          synchronized (count) {
            behaviour = arguments[Math.min(++count[0], arguments.length - 1)];
            Terser terser = new Terser(message);
            System.out.println(String.join("|", "received", terser.get("/MSH-9-1"), terser.get("/MSH-9-2"), terser.get("/MSH-10"), behaviour));
          }
          if (behaviour.startsWith("late:")) Thread.sleep(Long.parseLong(behaviour.substring(5)));
          boolean isCode = behaviour.equals("AE") || behaviour.equals("AR");
          Message answer = message.generateACK(isCode ? AcknowledgmentCode.valueOf(behaviour) : AcknowledgmentCode.AA, null);
          if (behaviour.equals("wrong")) new Terser(answer).set("/MSA-2", "OTHER");
          return answer;
        } catch (Exception problem) {
          throw new IllegalStateException(problem);
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
}
