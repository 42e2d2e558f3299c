"""What the hospital's gate (inference/modules/pocket-k/gate.ts) refuses of the strangers, before any model runs.

Usage: python training/pocket-k/gate_refusals.py      needs `node` 24; writes out/gate.json
The same tracings as in `out_of_distribution.py`, as an adult's Lead I at 500 Hz without anything else in the record: no
pacing statement, no aVR. Node reads each kind from standard input, little-endian float32.
"""

import json
import subprocess

import numpy as np

from cases import HERE, OUT, marked_splits
from out_of_distribution import strangers, untouched

GATE = """
import { buffer } from 'node:stream/consumers'
import { gate } from './inference/modules/pocket-k/gate.ts'
const bytes = await buffer(process.stdin)
const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
const codes = []
for (let at = 0; at < all.length; at += 5000) {
  const verdict = gate({ lead: { samples: Float64Array.from(all.subarray(at, at + 5000)), rateHz: 500, unit: 'mV' }, adultVouched: true })
  codes.push(verdict.pass ? 'pass' : verdict.code)
}
console.log(JSON.stringify(codes))
"""


def codes_of(ecg: np.ndarray) -> list[str]:
    """[n, 5000] mV -> 'pass' or the refusal code of each."""
    ran = subprocess.run(["node", "--input-type=module", "-e", GATE], input=ecg.astype("<f4").tobytes(), capture_output=True, cwd=HERE.parents[1], check=True)
    return json.loads(ran.stdout)


if __name__ == "__main__":
    people = marked_splits()[0]["test"]
    rows = {}
    for kind, ecg in (untouched(people, "own-test people") | strangers(people, "own-test people")).items():
        found = codes_of(ecg)
        rows[kind] = {"n": len(found), "refused": float(np.mean([code != "pass" for code in found])), "codes": {c: found.count(c) for c in sorted(set(found))}}
        print(kind, rows[kind], flush=True)
    (OUT / "gate.json").write_text(json.dumps(rows, indent=1))
