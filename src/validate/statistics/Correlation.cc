#include "validate/statistics/Correlation.hh"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/Error.hh"

namespace caloforge::validate {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Square = Eigen::Map<Rows>;

/// Entries that are turned into matrix products at a time; stays in the cache.
constexpr std::size_t chunk_rows = 256;
constexpr double least_entries = 3;
/// Least variance that is not rounding, relative to the mean square distance from the centre.
constexpr double least_variance = 1e-12;

constexpr double not_defined = std::numeric_limits<double>::quiet_NaN();

Square map(std::vector<double>& values, std::size_t columns) {
    const auto size = static_cast<Eigen::Index>(columns);
    return {values.data(), size, size};
}

}  // namespace

CorrelationSums::CorrelationSums(std::vector<double> centre)
    : centre_(std::move(centre)),
      number_(centre_.size() * centre_.size()),
      sum_(number_.size()),
      square_(number_.size()),
      product_(number_.size()) {}

void CorrelationSums::add(std::span<const float> values) {
    const std::size_t columns = centre_.size();
    if (columns == 0) return;
    if (values.size() % columns != 0) {
        throw core::InputError(
            fmt::format("{} values are no whole number of entries (of {} observables each). Wrong columns?",
                        values.size(), columns));
    }
    const std::size_t rows = values.size() / columns;
    const auto width = static_cast<Eigen::Index>(columns);
    for (std::size_t first = 0; first < rows; first += chunk_rows) {
        const std::size_t count = std::min(chunk_rows, rows - first);
        Rows x(static_cast<Eigen::Index>(count), width);
        Rows there(x.rows(), width);
        for (std::size_t i = 0; i < count * columns; ++i) {
            const float value = values[first * columns + i];
            const bool finite = std::isfinite(value);
            there.data()[i] = finite ? 1 : 0;
            x.data()[i] = finite ? value - centre_[i % columns] : 0;
        }
        map(product_, columns).noalias() += x.transpose() * x;
        if (there.minCoeff() > 0) {
            // The usual case: every pair has the same entries.
            map(number_, columns).array() += static_cast<double>(count);
            map(sum_, columns).colwise() += x.colwise().sum().transpose();
            map(square_, columns).colwise() += x.colwise().squaredNorm().transpose();
        } else {
            map(number_, columns).noalias() += there.transpose() * there;
            map(sum_, columns).noalias() += x.transpose() * there;
            map(square_, columns).noalias() += x.cwiseAbs2().transpose() * there;
        }
    }
}

void CorrelationSums::add(const CorrelationSums& other, double weight) {
    if (centre_ != other.centre_)
        throw core::InputError(
            "correlation sums with different centres (they cannot be added). Other observables?");
    for (std::size_t i = 0; i < number_.size(); ++i) {
        number_[i] += weight * other.number_[i];
        sum_[i] += weight * other.sum_[i];
        square_[i] += weight * other.square_[i];
        product_[i] += weight * other.product_[i];
    }
}

CorrelationMatrix CorrelationSums::matrix() const {
    const std::size_t columns = centre_.size();
    CorrelationMatrix out{columns, std::vector<double>(columns * columns, not_defined)};
    for (std::size_t i = 0; i < columns; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            const std::size_t ij = i * columns + j;
            const std::size_t ji = j * columns + i;
            const double n = number_[ij];
            if (n < least_entries) continue;
            const double mean_i = sum_[ij] / n;
            const double mean_j = sum_[ji] / n;
            const double variance_i = square_[ij] / n - mean_i * mean_i;
            const double variance_j = square_[ji] / n - mean_j * mean_j;
            if (!(variance_i > least_variance * square_[ij] / n)) continue;
            if (!(variance_j > least_variance * square_[ji] / n)) continue;
            const double covariance = product_[ij] / n - mean_i * mean_j;
            const double r = std::clamp(covariance / std::sqrt(variance_i * variance_j), -1.0, 1.0);
            out.values[ij] = out.values[ji] = i == j ? 1 : r;
        }
    }
    return out;
}

std::vector<double> column_means(const ObservableTable& table, std::span<const std::size_t> columns) {
    for (const std::size_t column : columns) {
        if (column >= table.columns()) {
            throw core::InputError(fmt::format("there is no observable {} (the table has {}). Another table?",
                                               column, table.columns()));
        }
    }
    std::vector<double> sums(columns.size());
    std::vector<double> numbers(columns.size());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::span<const float> values = table.row(row);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const float value = values[columns[c]];
            if (!std::isfinite(value)) continue;
            sums[c] += value;
            numbers[c] += 1;
        }
    }
    for (std::size_t c = 0; c < columns.size(); ++c) sums[c] = numbers[c] > 0 ? sums[c] / numbers[c] : 0;
    return sums;
}

CorrelationMatrix correlation_matrix(const ObservableTable& table, std::span<const std::size_t> columns) {
    CorrelationSums sums(column_means(table, columns));
    std::vector<float> chunk;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::span<const float> values = table.row(row);
        for (const std::size_t column : columns) chunk.push_back(values[column]);
        if ((row + 1) % chunk_rows == 0 || row + 1 == table.rows()) {
            sums.add(chunk);
            chunk.clear();
        }
    }
    return sums.matrix();
}

std::optional<double> correlation_difference(const CorrelationMatrix& reference,
                                             const CorrelationMatrix& candidate) {
    if (reference.columns != candidate.columns) {
        throw core::InputError(
            fmt::format("correlations of {} and {} observables (they are compared one by one). "
                        "Different grids?",
                        reference.columns, candidate.columns));
    }
    double sum = 0;
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < reference.columns; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double difference = std::abs(candidate(i, j) - reference(i, j));
            if (std::isnan(difference)) continue;
            sum += difference;
            ++pairs;
        }
    }
    if (pairs == 0) return std::nullopt;
    return sum / static_cast<double>(pairs);
}

}  // namespace caloforge::validate
