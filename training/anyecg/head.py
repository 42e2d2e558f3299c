"""The AnyECG head: embedding, age and sex -> log odds of every label now, of age and sex alone, and ten yearly hazards.

current = gate (feature . label + bias) + statements from real tracings + age-sex term, the last one frozen and output by
itself, so that what the tracing adds can be told for every label. A label matrix row is own + chapter + parent vector
(parent: the strongest cause of the condition in the comorbidity graph). The gate is 0 where the tracing adds nothing that
validation could tell from chance. Deviations from the specification: the label vector of the future is that of today
plus an own difference; the age-sex term is a spline that is linear between knots.
"""

import numpy as np
import torch
from torch import nn

from simulators.cohort_ceiling import KNOTS
from simulators.cohort_people import YEARS, conditions, edges

EMBEDDING, DEMOGRAPHY, HIDDEN, FEATURE = 128, 16, 128, 64
STATEMENTS = ("NORM", "MI", "STTC", "CD", "HYP")
KEYS = tuple(c.key for c in conditions())
LABELS = KEYS + STATEMENTS
CHAPTERS = tuple(dict.fromkeys(c.chapter for c in conditions()))


def parents() -> list[int]:
    """Index + 1 of the strongest cause of each condition, 0 without one."""
    out = []
    for key in KEYS:
        causes = [(weight, a) for a, b, weight in edges() if b == key]
        out.append(KEYS.index(max(causes)[1]) + 1 if causes else 0)
    return out


class Spline(nn.Module):
    """age (B, 1) years/100, sex (B, 1) female 1 -> the 16 columns of `cohort_ceiling.age_sex`."""

    def __init__(self):
        super().__init__()
        self.register_buffer("knots", torch.tensor([KNOTS], dtype=torch.float32))

    def forward(self, age, sex):
        years = age * 100
        basis = torch.cat([(years - 55) / 10, torch.relu(years - self.knots) / 10], 1)
        return torch.cat([basis, basis * sex, sex, torch.ones_like(sex)], 1)


class Trained(nn.Module):
    """What gradient descent learns: ECG terms [B x 96] of today and of the future."""

    def __init__(self, mean: np.ndarray, scale: np.ndarray, dropout: float = 0.1):
        super().__init__()
        self.register_buffer("mean", torch.as_tensor(mean, dtype=torch.float32))
        self.register_buffer("scale", torch.as_tensor(scale, dtype=torch.float32))
        self.demography = nn.Sequential(nn.Linear(2, DEMOGRAPHY), nn.GELU())
        self.hidden = nn.Linear(EMBEDDING + DEMOGRAPHY, HIDDEN)
        self.project = nn.Linear(HIDDEN, FEATURE)
        self.drop = nn.Dropout(dropout)
        self.own = nn.Parameter(0.05 * torch.randn(len(KEYS), FEATURE))
        self.chapter = nn.Parameter(0.05 * torch.randn(len(CHAPTERS), FEATURE))
        self.parent = nn.Parameter(0.05 * torch.randn(len(KEYS) + 1, FEATURE))
        self.future = nn.Parameter(torch.zeros(len(KEYS), FEATURE))
        self.bias = nn.Parameter(torch.zeros(len(KEYS)))
        self.offset = nn.Parameter(torch.zeros(len(KEYS), YEARS))
        self.register_buffer("chapter_of", torch.tensor([CHAPTERS.index(c.chapter) for c in conditions()]))
        self.register_buffer("parent_of", torch.tensor(parents()))

    def matrix(self):
        known = (self.parent_of > 0).float()[:, None]
        return self.own + self.chapter[self.chapter_of] + known * self.parent[self.parent_of]

    def features(self, embedding, age, sex):
        x = torch.clamp((embedding - self.mean) / self.scale, -6, 6)
        person = torch.cat([(age - 0.55) / 0.17, sex - 0.5], 1)
        hidden = nn.functional.gelu(self.hidden(torch.cat([self.drop(x), self.demography(person)], 1)))
        return self.project(self.drop(hidden))

    def forward(self, embedding, age, sex):
        """(today [B x 96], future [B x 96]) without gates and age-sex terms."""
        feature = self.features(embedding, age, sex)
        label = self.matrix()
        return feature @ label.T + self.bias, feature @ (label + self.future).T


class Served(nn.Module):
    """The graph that is exported. `gate`, `shift` [96] of today; `future_gate`, `future_shift` [96]; `age_sex` [17 x 101] (the
    spline and the square of its first column, which the real labels use), `age_sex_hazard` [16 x 96]; `hazard_centre` [96],
    `year_scale` [10], `hazard_offset` [96 x 10] (see `hazards`); `real` [128 x 101] and `real_bias` [101] of the labels that are read from real tracings."""

    def __init__(self, trained: Trained, fitted: dict):
        super().__init__()
        self.trained, self.spline = trained, Spline()
        for name, value in fitted.items():
            self.register_buffer(name, torch.as_tensor(np.asarray(value), dtype=torch.float32))

    def forward(self, embedding, age, sex):
        x = self.spline(age, sex)
        age_sex = torch.cat([x, x[:, :1] ** 2], 1) @ self.age_sex
        today, future = self.trained(embedding, age, sex)
        simulated = self.gate * (today + self.shift)
        ecg = torch.cat([simulated, torch.zeros_like(age_sex[:, : len(STATEMENTS)])], 1)
        current = age_sex + ecg + self.real_on * (embedding @ self.real + self.real_bias)
        alone = self.hazards(x @ self.age_sex_hazard)
        hazard = self.hazards(x @ self.age_sex_hazard + self.future_gate * (future + self.future_shift))
        nothing = torch.zeros_like(alone[:, : len(STATEMENTS)])
        return current, age_sex, torch.cat([hazard, nothing], 1), torch.cat([alone, nothing], 1)

    def hazards(self, score):
        """[B x 96] score of the future -> [B x 96 x 10]: what tells people apart fades with the years by `year_scale`, because
        those at the highest risk have left the people at risk by then."""
        centred = score - self.hazard_centre
        return torch.sigmoid(self.hazard_centre.unsqueeze(-1) + centred.unsqueeze(-1) * self.year_scale + self.hazard_offset) * self.has_hazard
