#include "validate/classifier/network/Standardisation.hh"

#include <cmath>
#include <limits>

namespace caloforge::validate {
namespace {

constexpr float largest = std::numeric_limits<float>::max();

/// False for NaN and infinities; a comparison, so that loops over it vectorise.
bool is_number(float value) {
    return std::abs(value) <= largest;
}

/// Sums over the finite values of every column, as differences from `origin`: constant columns give exact
/// zeros.
struct ColumnSums {
    std::vector<float> origin;
    std::vector<double> count, sum, squares;

    explicit ColumnSums(std::size_t columns)
        : origin(columns, std::numeric_limits<float>::quiet_NaN()),
          count(columns),
          sum(columns),
          squares(columns) {}

    void add(std::span<const float> row) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (!is_number(row[c])) continue;
            if (std::isnan(origin[c])) origin[c] = row[c];
            const double difference = static_cast<double>(row[c]) - static_cast<double>(origin[c]);
            count[c] += 1;
            sum[c] += difference;
            squares[c] += difference * difference;
        }
    }

    double offset(std::size_t c) const { return count[c] > 0 ? sum[c] / count[c] : 0; }
    double mean(std::size_t c) const { return count[c] > 0 ? static_cast<double>(origin[c]) + offset(c) : 0; }
    double variance(std::size_t c) const {
        if (count[c] < 2) return 0;
        return (squares[c] - count[c] * offset(c) * offset(c)) / (count[c] - 1);
    }
};

}  // namespace

Standardisation::Standardisation(const FeatureMatrix& reference, const FeatureMatrix& candidate,
                                 std::span<const std::size_t> reference_rows,
                                 std::span<const std::size_t> candidate_rows)
    : centre_(reference.columns), factor_(reference.columns, 1.0F), filling_(reference.columns) {
    ColumnSums sums(reference.columns);
    for (const std::size_t i : reference_rows) sums.add(reference.row(i));
    for (const std::size_t i : candidate_rows) sums.add(candidate.row(i));
    if (reference.as_is) {
        for (std::size_t c = 0; c < reference.columns; ++c) filling_[c] = static_cast<float>(sums.mean(c));
        return;
    }
    double picture = 0;
    for (std::size_t c = 0; c < reference.picture; ++c) picture += sums.variance(c);
    for (std::size_t c = 0; c < reference.columns; ++c) {
        const double variance = sums.variance(c);
        const double square = c < reference.picture ? picture / picture_variance : variance;
        centre_[c] = static_cast<float>(sums.mean(c));
        factor_[c] = variance > 0 ? static_cast<float>(1 / std::sqrt(square)) : 0.0F;
    }
}

void Standardisation::apply(std::span<const float> row, std::span<float> out) const {
    for (std::size_t c = 0; c < row.size(); ++c) {
        const float scaled = (row[c] - centre_[c]) * factor_[c];
        out[c] = is_number(row[c]) ? scaled : filling_[c];
    }
}

}  // namespace caloforge::validate
