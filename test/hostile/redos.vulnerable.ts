/** Expressions as they are often written, each with a worst string that takes minutes. For redos.test.ts only. */
export const mail =
  /^([a-zA-Z0-9])(([-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$/
export const nested = /^(a+)+$/
export const padding = /=+$/
export const built = /^(\d+\.?\d*)$/
