"""What scikit-learn's Gaussian process believes of 40 values in three dimensions: prints gaussian_process.json.

scikit-learn 1.2.1: ConstantKernel * Matern(nu=2.5) with the noise of every value as alpha, nothing fitted.
"""

import json

import numpy
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

random = numpy.random.default_rng(5)
points, asked = random.random((40, 3)).round(6), random.random((12, 3)).round(6)
values = (numpy.sin(5 * points[:, 0]) + points[:, 1] ** 2 + 0.1 * random.standard_normal(40)).round(6)
noise = random.choice([0.01, 0.005], 40)
variance, lengths = 1.7, [0.3, 0.8, 2.5]
kernel = ConstantKernel(variance) * Matern(lengths, nu=2.5)
process = GaussianProcessRegressor(kernel, alpha=noise + 1e-8 * variance, optimizer=None).fit(points, values)
mean, covariance = process.predict(asked, return_cov=True)
likelihood, gradient = process.log_marginal_likelihood(kernel.theta, eval_gradient=True)
print(json.dumps({
    "variance": variance,
    "lengths": lengths,
    "points": points.tolist(),
    "values": values.tolist(),
    "noise": noise.tolist(),
    "asked": asked.tolist(),
    "mean": mean.tolist(),
    "covariance": covariance.tolist(),
    "likelihood": likelihood,
    "gradient": [*gradient[1:].tolist(), gradient[0]],
}))
