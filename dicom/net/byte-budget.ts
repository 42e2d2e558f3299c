/** Bytes that may be in flight at once; who does not fit waits in line. One item larger than the budget passes alone. */
export class ByteBudget {
  private readonly total: number
  private used = 0
  private readonly waiting: { bytes: number; go(): void }[] = []

  constructor(total: number) {
    this.total = total
  }

  async acquire(bytes: number): Promise<void> {
    if (this.waiting.length === 0 && this.fits(bytes)) {
      this.used += bytes
      return
    }
    await new Promise<void>((go) => this.waiting.push({ bytes, go }))
  }

  release(bytes: number): void {
    this.used -= bytes
    for (let next = this.waiting[0]; next && this.fits(next.bytes); next = this.waiting[0]) {
      this.used += next.bytes
      this.waiting.shift()
      next.go()
    }
  }

  private fits(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.total
  }
}
