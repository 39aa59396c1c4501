// Distributions of Boost.Math as plain functions of numbers. What lies outside a distribution gives a NaN, never an exception.
#ifndef CBOOSTMATH_H
#define CBOOSTMATH_H

#ifdef __cplusplus
extern "C" {
#endif

/// The probability that a standard normal variable is above `z`.
double boost_normal_upper(double z);
/// The standard normal quantile; `probability` lies between 0 and 1.
double boost_normal_quantile(double probability);
/// The probability that a chi-squared variable is above `x`; `degrees` > 0.
double boost_chi_squared_upper(double x, double degrees);
/// The chi-squared quantile.
double boost_chi_squared_quantile(double probability, double degrees);
/// The probability of `count` successes in `trials`, each with probability `rate`.
double boost_binomial_mass(double count, double trials, double rate);
/// The probability of `count` marked ones among `drawn` of `all`, of which `marked` are marked.
double boost_hypergeometric_mass(unsigned count, unsigned marked, unsigned drawn, unsigned all);
/// The quantile of Student's t.
double boost_student_quantile(double probability, double degrees);
/// The probability that a variable with Student's t distribution is above `t`.
double boost_student_upper(double t, double degrees);
/// The version of Boost that it was built with, major times 100,000, minor times 100, and patch.
int boost_library_version(void);

#ifdef __cplusplus
}
#endif

#endif
