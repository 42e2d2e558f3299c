import { defineSection } from './section.ts'

export interface AuthConfig {
  mode: 'none' | 'token'
  token?: string
}

export const auth = defineSection<AuthConfig>({ mode: 'none' }, ['token'])
