#include "validate/statistics/ConditionFit.hh"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace caloforge::validate {
namespace {

constexpr std::size_t largest_degree = 5, spread_degree = 2;
/// A degree more for as many samples.
constexpr std::size_t samples_per_degree = 100;
/// Of (o - m)^2 beside its mean: a value on the curve has no logarithm.
constexpr double least_square = 1e-4;

std::vector<double> legendre(double x, std::size_t degree) {
    std::vector<double> out{1.0, x};
    for (std::size_t n = 1; n < degree; ++n) {
        const double k = static_cast<double>(n);
        out.push_back(((2 * k + 1) * x * out[n] - k * out[n - 1]) / (k + 1));
    }
    out.resize(degree + 1);
    return out;
}

std::vector<double> solve(const Eigen::MatrixXd& terms, const Eigen::VectorXd& values) {
    const Eigen::VectorXd found = terms.completeOrthogonalDecomposition().solve(values);
    return {found.begin(), found.end()};
}

double dot(const std::vector<double>& coefficients, const std::vector<double>& terms) {
    double sum = 0;
    for (std::size_t i = 0; i < coefficients.size(); ++i) sum += coefficients[i] * terms[i];
    return sum;
}

}  // namespace

ConditionFit::ConditionFit(const TableView& reference, std::size_t singles, bool logarithmic,
                           std::vector<std::string> conditions)
    : logarithmic_(logarithmic), conditions_(std::move(conditions)), fitted_(singles) {
    const ObservableTable& table = *reference.table;
    std::set<float> values;
    for (const std::uint32_t row : reference.rows) values.insert(table.binning[row]);
    if (values.empty()) return;
    const auto placed = [&](float value) {
        return logarithmic_ ? std::log(value) : static_cast<double>(value);
    };
    low_ = placed(*values.begin());
    high_ = placed(*values.rbegin());
    degree_ = std::min({largest_degree, values.size() - 1, reference.rows.size() / samples_per_degree});
    const std::vector<std::size_t> columns = columns_in(table);
    for (const std::size_t column : columns) {
        double scale = 0;
        for (const std::uint32_t row : reference.rows)
            scale = std::max(scale, std::abs(static_cast<double>(table.condition(row, column))));
        scales_.push_back(scale > 0 ? scale : 1);
    }

    std::vector<std::vector<double>> all;
    for (const std::uint32_t row : reference.rows) all.push_back(terms(table, row, columns));
    const auto width = static_cast<Eigen::Index>(all.front().size());
    const auto spread_width = static_cast<Eigen::Index>(std::min(spread_degree, degree_) + 1);
    for (std::size_t o = 0; o < singles; ++o) {
        std::vector<std::size_t> there;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (std::isfinite(table.row(reference.rows[i])[o])) there.push_back(i);
        }
        if (there.empty()) continue;
        Eigen::MatrixXd terms(static_cast<Eigen::Index>(there.size()), width);
        Eigen::VectorXd observed(terms.rows());
        for (std::size_t i = 0; i < there.size(); ++i) {
            const auto line = static_cast<Eigen::Index>(i);
            terms.row(line) = Eigen::Map<const Eigen::RowVectorXd>(all[there[i]].data(), width);
            observed[line] = table.row(reference.rows[there[i]])[o];
        }
        Fitted& fitted = fitted_[o];
        fitted.mean = solve(terms, observed);
        const Eigen::VectorXd squares =
            (observed - terms * Eigen::Map<const Eigen::VectorXd>(fitted.mean.data(), width)).cwiseAbs2();
        const double mean = squares.mean();
        if (!(mean > 0)) continue;  // a constant: no spread
        const Eigen::VectorXd logs = (squares.array() / mean).max(least_square).log();
        fitted.spread = solve(terms.leftCols(spread_width), logs);
        fitted.spread.front() += std::log(mean);
    }
}

std::vector<std::size_t> ConditionFit::columns_in(const ObservableTable& table) const {
    std::vector<std::size_t> out;
    for (const std::string& name : conditions_) out.push_back(*table.find_condition(name));
    return out;
}

std::vector<double> ConditionFit::terms(const ObservableTable& table, std::size_t row,
                                        const std::vector<std::size_t>& columns) const {
    const double value =
        logarithmic_ ? std::log(table.binning[row]) : static_cast<double>(table.binning[row]);
    const double x = high_ > low_ ? std::clamp(2 * (value - low_) / (high_ - low_) - 1, -1.0, 1.0) : 0.0;
    std::vector<double> out = legendre(x, degree_);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const double v = table.condition(row, columns[i]) / scales_[i];
        out.push_back(v);
        out.push_back(v * v);
    }
    return out;
}

ConditionFit::Expected ConditionFit::of(const ObservableTable& table) const {
    const std::vector<std::size_t> columns = columns_in(table);
    Expected out;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::vector<double> at = terms(table, row, columns);
        for (const Fitted& fitted : fitted_) {
            out.means.push_back(fitted.mean.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                    : dot(fitted.mean, at));
            out.spreads.push_back(std::exp(0.5 * dot(fitted.spread, at)));
        }
    }
    return out;
}

std::vector<std::string> shared_conditions(const ObservableTable& one, const ObservableTable& other) {
    std::vector<std::string> out;
    for (const std::string& name : one.condition_names) {
        if (other.find_condition(name)) out.push_back(name);
    }
    return out;
}

}  // namespace caloforge::validate
