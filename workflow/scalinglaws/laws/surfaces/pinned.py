"""A form with one reported parameter in the place of an internal one, so that it can be held."""

from dataclasses import dataclass

import numpy as np

from scalinglaws.laws.surfaces.form import Form


@dataclass(frozen=True)
class Pinned(Form):
    """``form`` with reported parameter ``index`` for the entry of theta that it determines.

    Held at a grid of values by the solver's ``free``, it gives a profile.
    """

    form: Form
    index: int
    centre: np.ndarray

    @property
    def moved(self) -> int:
        """The entry of theta that is replaced."""
        return self.form.pinned_by(self.index)

    def inner(self, theta: np.ndarray) -> np.ndarray:
        """The form's own theta, (R, p)."""
        return self._inner(theta)[0]

    def outer(self, theta: np.ndarray) -> np.ndarray:
        """From the form's own theta to this one."""
        found = theta.copy()
        found[:, self.moved] = self.form.report(theta, self.centre)[:, self.index]
        return found

    def value_and_jacobian(self, theta: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inner, slope = self._inner(theta)
        value, jacobian = self.form.value_and_jacobian(inner, u)
        through = jacobian[..., self.moved : self.moved + 1] * slope[:, None, :]
        jacobian = jacobian + through
        # The column of the reported parameter itself is never used: it is held.
        jacobian[..., self.moved] = 0.0
        return value, jacobian

    def at_bounds(
        self, theta: np.ndarray, u: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        return self.form.at_bounds(self.inner(theta), u, y, weights)

    def _inner(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(all="ignore"):
            return self.form.pin(theta, self.index, theta[:, self.moved], self.centre)


def pinned(form: Form, index: int, centre: np.ndarray) -> Pinned:
    """``form`` with its reported parameter ``index`` in the open; ``centre`` (k,) of ln x."""
    return Pinned(
        form.name,
        form.equation,
        form.variables,
        form.parameters,
        form.report_names,
        form.report_units,
        form,
        index,
        np.asarray(centre, dtype=float),
    )
