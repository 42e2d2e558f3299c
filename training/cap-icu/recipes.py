"""What was chosen by cross-validation inside the training part, one recipe a model."""

import re
from dataclasses import dataclass

import numpy as np

from ensemble import fit_trees
from graph import Trees
from table import Table


@dataclass
class Recipe:
    role: str
    folder: str
    title: str
    trees: dict
    tree_seeds: int
    leave_out: str = r"^$"
    repeats: int = 1

    def inputs(self, table: Table) -> list[str]:
        """Names of the inputs: what is recorded for 1 % of the training part or more, and not left out by choice."""
        known = (~np.isnan(table.x[~table.held])).mean(0)
        return [n for n, share in zip(table.names, known) if share >= 0.01 and not re.search(self.leave_out, n)]

    def fit(self, x: np.ndarray, y: np.ndarray, names: list[str], seed: int = 0) -> Trees:
        return fit_trees(x, y, names, range(100 * seed, 100 * seed + self.tree_seeds), **self.trees)


TREES = dict(iterations=700, depth=5, learning_rate=0.02, l2_leaf_reg=10, rsm=0.15, subsample=0.7, border_count=48)
#: The sum of urine says how long the window was; its rate does not.
SUM = r"^urine\.sum$"
RECIPES = {
    "24h": Recipe("icu-mortality/1", "icu-mortality-1", "In-hospital death, from the first 24 h", TREES, 5, leave_out=SUM),
    "48h": Recipe("icu-mortality-48h/1", "icu-mortality-48h-1", "In-hospital death, from the first 48 h", TREES, 5, leave_out=SUM),
    "support2": Recipe("icu-mortality-support2/1", "icu-mortality-support2-1", "In-hospital death, SUPPORT2 day 3", TREES | dict(depth=6, rsm=0.4), 5),
}

SOURCES_OF = {
    "set-a": {"name": "PhysioNet/CinC Challenge 2012, set A", "licence": "ODC Attribution 1.0", "years": "about 2001-2008, one US centre",
              "of": "'RecordID,' and the sorted unique 'Time,Parameter,Value' lines of the stay, joined by line feeds, UTF-8",
              "params": {"definitions": "inference/modules/cap-icu/features.ts", "notFinite": "missing"}},
    "support2": {"name": "SUPPORT2", "licence": "CC BY 4.0", "years": "1989-1994, five US centres",
                 "of": "the bytes of the CSV line without its line end",
                 "params": {"definitions": "columns of the file; '<column>=<value>' is 1 where the column has that value, else 0, missing where it is empty", "notFinite": "missing"}},
}
