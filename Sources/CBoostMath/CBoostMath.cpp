#include "CBoostMath.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/hypergeometric.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/version.hpp>
#include <cmath>
#include <limits>

namespace {
using namespace boost::math;
namespace rules = boost::math::policies;
// Nothing is thrown, and nothing is computed in a wider type than the platform's double: the same everywhere.
using Quiet = rules::policy<rules::domain_error<rules::ignore_error>, rules::pole_error<rules::ignore_error>,
                            rules::overflow_error<rules::ignore_error>, rules::underflow_error<rules::ignore_error>,
                            rules::evaluation_error<rules::ignore_error>, rules::rounding_error<rules::ignore_error>,
                            rules::promote_double<false>>;

template <typename Body>
double guarded(Body body) {
  try {
    return body();
  } catch (...) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}
}  // namespace

double boost_normal_upper(double z) {
  return guarded([&] { return cdf(complement(normal_distribution<double, Quiet>(), z)); });
}

double boost_normal_quantile(double probability) {
  return guarded([&] { return quantile(normal_distribution<double, Quiet>(), probability); });
}

double boost_chi_squared_upper(double x, double degrees) {
  return guarded([&] { return cdf(complement(chi_squared_distribution<double, Quiet>(degrees), x)); });
}

double boost_chi_squared_quantile(double probability, double degrees) {
  return guarded([&] { return quantile(chi_squared_distribution<double, Quiet>(degrees), probability); });
}

double boost_binomial_mass(double count, double trials, double rate) {
  return guarded([&] { return pdf(binomial_distribution<double, Quiet>(trials, rate), count); });
}

double boost_hypergeometric_mass(unsigned count, unsigned marked, unsigned drawn, unsigned all) {
  return guarded([&] { return pdf(hypergeometric_distribution<double, Quiet>(marked, drawn, all), count); });
}

double boost_student_quantile(double probability, double degrees) {
  return guarded([&] { return quantile(students_t_distribution<double, Quiet>(degrees), probability); });
}

double boost_student_upper(double t, double degrees) {
  return guarded([&] { return cdf(complement(students_t_distribution<double, Quiet>(degrees), t)); });
}

int boost_library_version(void) { return BOOST_VERSION; }
