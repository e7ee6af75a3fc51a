"""A law of several variables as a statsmodels model, with analytic derivatives."""

import numpy as np
from statsmodels.base.model import (
    GenericLikelihoodModel,
    GenericLikelihoodModelResults,
    LikelihoodModelResults,
)

from scalinglaws.laws.surfaces.form import Form


class SurfaceModel(GenericLikelihoodModel):
    """ln L = f(theta; u) + normal error, u = ln x - centre; x may be infinite.

    ``y`` is ln L (loss in nats/token), shape (n,); ``u`` has shape (n, k). Least squares is this
    model's maximum likelihood; the variance of the error is concentrated out.
    """

    def __init__(self, form: Form, u: np.ndarray, y: np.ndarray):
        self.form, self.u = form, np.asarray(u, dtype=float)
        # statsmodels refuses infinite regressors; the form itself is given them as they are.
        super().__init__(np.asarray(y, dtype=float), np.nan_to_num(self.u))
        self.data.ynames = "ln L"
        self.param_names = list(form.parameters)
        # No column of u is a constant, and every parameter counts.
        self.k_constant, self.df_model = 0, len(form.parameters)
        self.df_resid = len(y) - len(form.parameters)

    @property
    def exog_names(self) -> list[str]:
        """Names of the parameters: a nonlinear law has no parameter a regressor."""
        return list(self.form.parameters)

    def predict(self, params, exog=None) -> np.ndarray:
        """ln L at ``exog`` (u of shape (m, k)), by default at the observations."""
        u = self.u if exog is None else np.asarray(exog, dtype=float)
        return self.form.value(np.asarray(params)[None], u)[0]

    def loglike(self, params) -> float:
        """Log-likelihood at ``params``, the variance of the error at its maximum."""
        n = len(self.endog)
        return -0.5 * n * (np.log(2.0 * np.pi * self._variance(params)) + 1.0)

    def loglikeobs(self, params) -> np.ndarray:
        """Each observation's share of the log-likelihood, shape (n,)."""
        variance = self._variance(params)
        squares = (self.endog - self.predict(params)) ** 2
        return -0.5 * (np.log(2.0 * np.pi * variance) + squares / variance)

    def score(self, params) -> np.ndarray:
        """Gradient of `loglike`, shape (p,)."""
        value, jacobian = self.form.value_and_jacobian(np.asarray(params)[None], self.u)
        return jacobian[0].T @ (self.endog - value[0]) / self._variance(params)

    def hessian(self, params) -> np.ndarray:
        """Second derivatives of `loglike` without curvature of the law (Gauss-Newton), (p, p)."""
        _, jacobian = self.form.value_and_jacobian(np.asarray(params)[None], self.u)
        return -jacobian[0].T @ jacobian[0] / self._variance(params)

    def _variance(self, params) -> float:
        return float(np.mean((self.endog - self.predict(params)) ** 2))

    def results(
        self, params: np.ndarray, covariance: np.ndarray, df: float, kind: str
    ) -> GenericLikelihoodModelResults:
        """statsmodels' results at ``params`` with a covariance (p, p) and t(df) of our own."""
        fit = LikelihoodModelResults(self, np.asarray(params), covariance, 1.0)
        fit.mle_retvals, fit.mle_settings = {"converged": True}, {}
        results = GenericLikelihoodModelResults(self, fit)
        results.use_t, results.df_resid_inference = True, df
        results.cov_type, results.cov_kwds = kind, {"description": kind}
        results.cov_params_default = covariance
        return results
