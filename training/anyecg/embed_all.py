"""Embed every part of the cohort by the encoder that serves, training parts first. Usage: OMP_NUM_THREADS=1 python training/anyecg/embed_all.py

Besides the parts themselves: the test people with fewer leads, and as a 250 Hz device would record them.
"""

from cases import PARTS, load
from encoder import embed

ROBUST = 3000  # test people of the lead subsets and of 250 Hz

def main(report=lambda text: print(text, flush=True)) -> None:
    for part in PARTS:
        embed(part, load(part).ecg, report=report)
    few = load("test").ecg[:ROBUST]
    for options in ({"leads": "eight"}, {"leads": "six"}, {"low_rate": True}):
        embed("test", few, **options, report=report)


if __name__ == "__main__":
    main()
