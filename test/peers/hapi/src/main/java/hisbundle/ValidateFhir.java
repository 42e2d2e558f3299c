package hisbundle;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Validates each *.json of a folder against R4 and the profiles that it claims.
 *
 * <p>Arguments: folder of generated profiles, folder of resources, settings (validator-settings.json). Every error fails the
 * resource, and so does a warning whose message id the settings do not list with its reason. Nothing is hidden: warnings are
 * printed by place and counted by id. External code systems (LOINC, SNOMED CT, MDC) are not here: HAPI says so as warnings.
 */
public final class ValidateFhir {
  public static void main(String[] arguments) throws Exception {
    JsonNode settings = new ObjectMapper().readTree(Path.of(arguments[2]).toFile());
    FhirContext context = FhirContext.forR4();
    IParser parser = context.newJsonParser();
    var own = new PrePopulatedValidationSupport(context);
    List<ValueSet> valueSets = new ArrayList<>();
    Map<String, CodeSystem> codeSystems = new TreeMap<>();
    for (Path file : jsonFiles(arguments[0])) {
      IBaseResource resource = parser.parseResource(Files.readString(file));
      if (resource instanceof StructureDefinition definition) own.addStructureDefinition(definition);
      else if (resource instanceof ValueSet valueSet) valueSets.add(valueSet);
      else if (resource instanceof CodeSystem codeSystem) codeSystems.put(codeSystem.getUrl(), codeSystem);
    }
    codeSystems.values().forEach(own::addCodeSystem);
    valueSets.forEach(valueSet -> own.addValueSet(withFiltersListed(valueSet, codeSystems)));
    var standard = new DefaultProfileValidationSupport(context);
    for (JsonNode added : settings.get("addedCodes")) own.addCodeSystem(withCode(standard, added));
    var chain = new ValidationSupportChain(
        own,
        standard,
        new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context),
        new SnapshotGeneratingValidationSupport(context));
    FhirValidator validator = context.newValidator();
    var instance = new FhirInstanceValidator(chain);
    instance.setAnyExtensionsAllowed(settings.get("anyExtensionsAllowed").asBoolean());
    var domains = new ArrayList<String>();
    settings.get("customExtensionDomains").forEach(domain -> domains.add(domain.asText()));
    instance.setCustomExtensionDomains(domains);
    instance.setErrorForUnknownProfiles(settings.get("errorForUnknownProfiles").asBoolean());
    instance.setNoTerminologyChecks(settings.get("noTerminologyChecks").asBoolean());
    instance.setBestPracticeWarningLevel(BestPracticeWarningLevel.valueOf(settings.get("bestPracticeWarningLevel").asText()));
    validator.registerValidatorModule(instance);

    int passed = 0;
    int failed = 0;
    Map<String, String> known = new TreeMap<>();
    settings.get("knownWarnings").forEach(row -> known.put(row.get("id").asText(), row.get("reason").asText()));
    Map<String, Integer> warnings = new TreeMap<>();
    Map<String, Integer> byId = new TreeMap<>();
    Map<String, Integer> types = new TreeMap<>();
    for (Path file : jsonFiles(arguments[1])) {
      var result = validator.validateWithResult(Files.readString(file));
      var errors = result.getMessages().stream()
          .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0
              || message.getSeverity() == ResultSeverityEnum.WARNING && !known.containsKey(String.valueOf(message.getMessageId())))
          .toList();
      for (var message : result.getMessages()) {
        if (message.getSeverity() != ResultSeverityEnum.WARNING) continue;
        String id = String.valueOf(message.getMessageId());
        byId.merge(id, 1, Integer::sum);
        String place = message.getLocationString().replaceAll("\\[\\d+\\]", "");
        String text = message.getMessage().replaceAll("#\\S+", "#...");
        warnings.merge(id + " " + place + ": " + text.substring(0, Math.min(140, text.length())), 1, Integer::sum);
      }
      types.merge(file.getFileName().toString().replaceAll("-.*", ""), 1, Integer::sum);
      if (errors.isEmpty()) passed++;
      else {
        failed++;
        for (var error : errors) {
          System.out.println("FAIL  " + file.getFileName() + "  " + error.getLocationString() + "  " + error.getMessage());
        }
      }
    }
    warnings.forEach((what, times) -> System.out.println("warn  " + times + " x " + what));
    known.forEach((id, reason) -> System.out.println("count " + byId.getOrDefault(id, 0) + " x " + id + ": " + reason));
    int count = byId.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println("validated: " + types + ", " + count + " warnings");
    System.out.println("hapi-fhir: " + passed + " passed, " + failed + " failed");
    System.exit(failed == 0 && passed > 0 ? 0 : 1);
  }

  /** A code system of R4's publication with a code that was added to it afterwards. */
  private static CodeSystem withCode(DefaultProfileValidationSupport standard, JsonNode added) {
    var system = (CodeSystem) standard.fetchCodeSystem(added.get("system").asText());
    system.addConcept().setCode(added.get("code").asText()).setDisplay(added.get("display").asText());
    return system;
  }

  /** HAPI's in-memory terminology knows no filter by property, which FHIR allows: the codes are listed instead. */
  private static ValueSet withFiltersListed(ValueSet valueSet, Map<String, CodeSystem> codeSystems) {
    for (var include : valueSet.getCompose().getInclude()) {
      CodeSystem system = codeSystems.get(include.getSystem());
      if (system == null || include.getFilter().isEmpty()) continue;
      var filter = include.getFilterFirstRep();
      for (var concept : system.getConcept()) {
        boolean matches = concept.getProperty().stream().anyMatch(property ->
            property.getCode().equals(filter.getProperty())
                && property.getValue().primitiveValue().equals(filter.getValue()));
        if (matches) include.addConcept().setCode(concept.getCode());
      }
      include.setFilter(null);
    }
    return valueSet;
  }

  private static List<Path> jsonFiles(String folder) throws Exception {
    try (var listing = Files.list(Path.of(folder))) {
      return listing.filter(path -> path.toString().endsWith(".json")).sorted().toList();
    }
  }
}
