/**
 * ONNX Runtime 1.30 reports to its maker: the native library opens a database, a log and an id of the machine under the home and
 * temporary folders, and sends what it gathers over HTTPS. A hospital's server does neither. The library looks at its
 * environment when it is loaded, and only the main thread's `process.env` is the real one: this has to be imported there,
 * before a worker that loads it is made. test/integration/access-canaries.test.ts sees the files when it is not.
 */
process.env.ORT_DISABLE_TELEMETRY = '1'
