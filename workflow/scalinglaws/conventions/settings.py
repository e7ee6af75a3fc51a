"""The configuration of the analysis of conventions: its runs, its estimator and its steps."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from scalinglaws.settings import Named, Range, Strict

Params = Literal["non_embedding", "total"]
Flops = Literal["non_embedding", "last_layer", "total", "counted"]


class Step(Strict):
    """One convention changed; what is left out stays as in the step before."""

    title: str = Field(description="what is changed, in a few words")
    params: Params | None = Field(None, description="what N counts: without embeddings, or all")
    flops: Flops | None = Field(
        None,
        description="C a token: 6N, 6N and the last layer, 6N_total, or all of Table 1",
    )
    experiment: str | None = Field(None, description="other runs")
    select: Named[Range] | None = Field(None, description="column of the run table: range")
    points: Named[Range] | None = Field(None, description="column of the table of curves: range")
    ends: bool | None = Field(
        None, description="the ends of runs of several lengths, in place of points along curves"
    )


class Conventions(Strict):
    """N_opt(C) of the same runs under several conventions, from Kaplan's to Chinchilla's."""

    estimator: Literal["frontier", "minima", "nearest"] = Field(
        "frontier",
        description="frontier: one point a model that is the best somewhere; minima: interpolated "
        "over sizes at equal compute; nearest: the best model as logged nearest to each budget",
    )
    budgets: tuple[float, ...] | None = Field(
        None,
        validate_default=True,
        description="minima along curves, nearest: computes in PF-days",
    )
    simulate: tuple[str, ...] = Field(
        (), description="constants of config/chinchilla.yaml that a simulation beside it follows"
    )
    steps: tuple[Step, ...] = Field(min_length=1, description="one by one, Kaplan's first")

    @field_validator("budgets")
    @classmethod
    def _enough_for_a_line(
        cls, budgets: tuple[float, ...] | None, others: ValidationInfo
    ) -> tuple[float, ...] | None:
        if others.data.get("estimator") == "nearest" and len(set(budgets or ())) < 2:
            raise ValueError("two or more computes in PF-days, as the estimator is nearest")
        return budgets
