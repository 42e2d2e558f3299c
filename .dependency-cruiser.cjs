// The import arrows of docs/architecture.md:
//   core, fhir-profiles <- dicom, inference/{runtime,signal,record,metrics,decision,explain,labelled,drawing} <- adapters/*, inference/modules/* <- server <- test
// Never sideways between two plug-ins, never adapters <-> inference, nobody imports server.
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })
module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'A cycle hides which side owns the idea.'),
    forbid(
      'core-is-alone',
      { path: '^core/', pathNot: '\\.test\\.ts$' },
      { path: '^(adapters|inference|fhir-profiles|dicom|server|test)/' },
      'core/ holds contracts, it knows nobody.'
    ),
    forbid(
      'profiles-know-core-only',
      { path: '^fhir-profiles/', pathNot: '\\.test\\.ts$' },
      { path: '^(adapters|inference|dicom|server|test)/' }
    ),
    forbid(
      'dicom-is-a-library',
      { path: '^dicom/', pathNot: '\\.test\\.ts$' },
      { path: '^(adapters|inference|server|test)/' }
    ),
    forbid(
      'adapters-never-inference-or-server',
      { path: '^adapters/', pathNot: '\\.test\\.ts$' },
      { path: '^(inference|server|test)/' }
    ),
    forbid(
      'inference-never-adapters-or-server',
      { path: '^inference/', pathNot: '\\.test\\.ts$' },
      { path: '^(adapters|server|dicom|test)/' }
    ),
    forbid(
      'no-sideways-format',
      { path: '^adapters/formats/([^/]+)/' },
      { path: '^adapters/formats/', pathNot: '^adapters/formats/$1/' }
    ),
    forbid(
      'no-sideways-transport',
      { path: '^adapters/transports/([^/]+)/' },
      { path: '^adapters/transports/', pathNot: '^adapters/transports/$1/' }
    ),
    forbid('no-format-transport', { path: '^adapters/formats/' }, { path: '^adapters/transports/' }),
    forbid('no-transport-format', { path: '^adapters/transports/' }, { path: '^adapters/formats/' }),
    forbid(
      'hl7v2-library',
      { path: '^adapters/hl7v2/', pathNot: '\\.test\\.ts$' },
      { path: '^adapters/(formats|transports)/' }
    ),
    forbid(
      'ecg-library',
      { path: '^adapters/ecg/', pathNot: '\\.test\\.ts$' },
      { path: '^adapters/(formats|transports|kafka)/' }
    ),
    forbid(
      'kafka-library',
      { path: '^adapters/kafka/', pathNot: '\\.test\\.ts$' },
      { path: '^adapters/(formats|transports|hl7v2)/' }
    ),
    forbid(
      'no-sideways-module',
      { path: '^inference/modules/([^/]+)/' },
      { path: '^inference/modules/', pathNot: '^inference/modules/$1/' }
    ),
    forbid(
      'record-is-a-library',
      { path: '^inference/record/', pathNot: '\\.test\\.ts$' },
      { path: '^inference/', pathNot: '^inference/record/' },
      'What modules read of the record knows no module, model or signal.'
    ),
    forbid(
      'metrics-are-a-library',
      { path: '^inference/metrics/', pathNot: '\\.test\\.ts$' },
      { path: '^(inference|fhir-profiles)/', pathNot: '^inference/metrics/' },
      'Metrics are pure functions of cases.'
    ),
    forbid(
      'decision-is-a-library',
      { path: '^inference/decision/', pathNot: '\\.test\\.ts$' },
      { path: '^inference/', pathNot: '^inference/decision/' },
      'What is served and how it performs: pure functions of model.json, site.json and curve.json.'
    ),
    forbid(
      'explanation-is-a-library',
      { path: '^inference/explain/', pathNot: '\\.test\\.ts$' },
      { path: '^inference/', pathNot: '^inference/(explain|signal)/' },
      'What a piece of the signal did to a score: asks the score as a function, knows no model and no module.'
    ),
    forbid(
      'labelled-folders-are-a-library',
      { path: '^inference/labelled/', pathNot: '\\.test\\.ts$' },
      { path: '^(inference|fhir-profiles)/', pathNot: '^inference/labelled/' },
      'Labelled folders give cases; whoever judges them is not their business.'
    ),
    forbid(
      'drawing-is-a-library',
      { path: '^inference/drawing/', pathNot: '\\.test\\.ts$' },
      { path: '^(inference|fhir-profiles|core)/', pathNot: '^inference/drawing/' },
      'A page of lines and words as SVG and PDF: what is drawn is not its business.'
    ),
    forbid('one-importer-of-the-runtime', { pathNot: '^(inference/runtime/|test/)' }, { path: 'onnxruntime-node' }),
    forbid(
      'nobody-imports-server',
      { path: '^(core|adapters|inference|fhir-profiles|dicom)/', pathNot: '\\.test\\.ts$' },
      { path: '^server/' }
    ),
    forbid(
      'nobody-imports-tests',
      { path: '^(core|adapters|inference|fhir-profiles|dicom|server)/', pathNot: '\\.test\\.ts$' },
      { path: '^test/' }
    )
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/(?!onnxruntime-node)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'] }
  }
}
