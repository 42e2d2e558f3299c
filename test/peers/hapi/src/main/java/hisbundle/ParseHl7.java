package hisbundle;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.parser.UnexpectedSegmentBehaviourEnum;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Parses each *.hl7 file of a folder as v2.5.1 with HAPI's default validation (data types, lengths, required parts). */
public final class ParseHl7 {
  public static void main(String[] arguments) throws Exception {
    int passed = 0;
    int failed = 0;
    List<Path> files;
    try (var listing = Files.list(Path.of(arguments[0]))) {
      files = listing.filter(path -> path.toString().endsWith(".hl7")).sorted().toList();
    }
    try (var context = new DefaultHapiContext()) {
      context.setModelClassFactory(new CanonicalModelClassFactory("2.5.1"));
      context.setValidationContext(ValidationContextFactory.defaultValidation());
      context.getParserConfiguration().setUnexpectedSegmentBehaviour(UnexpectedSegmentBehaviourEnum.THROW_HL7_EXCEPTION);
      for (Path file : files) {
        try {
          Message message = context.getPipeParser().parse(Files.readString(file, StandardCharsets.UTF_8));
          // An unknown structure would be read as GenericMessage, which checks nothing.
          if (message.getClass().getSimpleName().startsWith("Generic")) throw new IllegalStateException("generic");
          boolean isAnswer = List.of(message.getNames()).contains("MSA");
          System.out.println("ok    " + file.getFileName() + "  " + message.getName()
              + (isAnswer ? "  MSA-1 " + new Terser(message).get("MSA-1") : ""));
          passed++;
        } catch (Exception problem) {
          System.out.println("FAIL  " + file.getFileName() + "  " + problem.getMessage());
          failed++;
        }
      }
    }
    System.out.println("hapi-hl7v2: " + passed + " passed, " + failed + " failed");
    System.exit(failed == 0 && passed > 0 ? 0 : 1);
  }
}
