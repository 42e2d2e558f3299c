import type { Decoded, DecodedResource } from '../../core/decoded.ts'

/** Group by group; the same places on both sides of a thread boundary. */
export const resourcesOf = ({ groups }: Decoded): DecodedResource[][] => groups.map(({ resources }) => resources)
