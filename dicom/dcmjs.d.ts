/** The little of dcmjs (it ships no types) that is used here. */
declare module 'dcmjs' {
  interface DictionaryEntry {
    tag: string
    vr: string
    vm: string
    name: string
  }
  interface TagValue {
    vr: string
    Value: unknown[]
  }
  const dcmjs: {
    log: { getLoggers?(): Record<string, { setLevel(level: string): void }> }
    data: {
      DicomMetaDictionary: { dictionary: Record<string, DictionaryEntry> }
      DicomDict: new (
        meta: Record<string, TagValue>
      ) => { dict: Record<string, TagValue>; write(options?: Record<string, unknown>): ArrayBuffer }
      DicomMessage: {
        readFile(
          bytes: ArrayBuffer,
          options?: Record<string, unknown>
        ): { meta: Record<string, TagValue>; dict: Record<string, TagValue> }
      }
    }
  }
  export default dcmjs
}
