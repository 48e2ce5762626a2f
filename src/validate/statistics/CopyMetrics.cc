#include "validate/statistics/CopyMetrics.hh"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "validate/statistics/GeneralMetrics.hh"
#include "validate/statistics/ObservableMetrics.hh"

namespace caloforge::validate {
namespace {

using Points = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t most_rows = 5000;
constexpr Eigen::Index rows_at_once = 256;
constexpr double quantile = 0.01, of_quantile = 0.5;
// Distance of a sample from itself, from squares that cancel.
constexpr double rounding = 1e-5;

// The coordinates of samples, each in units of the reference's standard deviation.
class Space {
  public:
    Space(const TableView& reference, bool logarithmic)
        : logarithmic_(logarithmic), centre_(reference.table->columns() + 1), scale_(centre_.size()) {
        std::vector<double> count(centre_.size()), square(centre_.size());
        for (const std::uint32_t row : reference.rows) {
            const auto values = coordinates(*reference.table, row);
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (!std::isfinite(values[i])) continue;
                count[i] += 1;
                centre_[i] += values[i];
                square[i] += values[i] * values[i];
            }
        }
        for (std::size_t i = 0; i < centre_.size(); ++i) {
            if (count[i] == 0) continue;
            centre_[i] /= count[i];
            const double variance = square[i] / count[i] - centre_[i] * centre_[i];
            // A column that does not vary beyond rounding tells nothing.
            scale_[i] = variance > 1e-12 * square[i] / count[i] ? 1 / std::sqrt(variance) : 0;
        }
    }

    Points operator()(const TableView& view) const {
        const std::size_t all = view.rows.size(), count = std::min(all, most_rows);
        Points out(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(centre_.size()));
        for (std::size_t i = 0; i < count; ++i) {
            const auto values = coordinates(*view.table, view.rows[i * all / count]);
            for (std::size_t c = 0; c < values.size(); ++c) {
                out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
                    std::isfinite(values[c]) ? (values[c] - centre_[c]) * scale_[c] : 0;
            }
        }
        return out;
    }

  private:
    std::vector<double> coordinates(const ObservableTable& table, std::uint32_t row) const {
        const auto values = table.row(row);
        std::vector<double> out(values.begin(), values.end());
        out.push_back(logarithmic_ ? std::log(table.binning[row]) : table.binning[row]);
        return out;
    }

    bool logarithmic_;
    std::vector<double> centre_, scale_;
};

// Of every row, the distance to the nearest of `to`; not to itself when they are one set.
std::vector<double> nearest(const Points& from, const Points& to, bool same) {
    const Eigen::VectorXd squares = to.rowwise().squaredNorm();
    std::vector<double> out;
    for (Eigen::Index first = 0; first < from.rows(); first += rows_at_once) {
        const Eigen::Index count = std::min(rows_at_once, from.rows() - first);
        const auto part = from.middleRows(first, count);
        Points distances = -2 * part * to.transpose();
        distances.rowwise() += squares.transpose();
        distances.colwise() += part.rowwise().squaredNorm();
        for (Eigen::Index i = 0; i < count; ++i) {
            if (same) distances(i, first + i) = std::numeric_limits<double>::infinity();
            out.push_back(std::sqrt(std::max(distances.row(i).minCoeff(), 0.0)));
        }
    }
    return out;
}

double share_below(const std::vector<double>& distances, double limit) {
    return static_cast<double>(std::ranges::count_if(distances, [&](double d) { return d < limit; })) /
           static_cast<double>(distances.size());
}

// `repeated`: why there is no yardstick, should the reference itself repeat as much.
void fill(Metric& metric, std::vector<double> reference, const std::vector<double>& candidate,
          const char* repeated) {
    const auto place =
        reference.begin() + static_cast<std::ptrdiff_t>(quantile * static_cast<double>(reference.size()));
    std::ranges::nth_element(reference, place);
    if (*place <= rounding) {
        metric.reason = repeated;
        return;
    }
    const double limit = of_quantile * *place;
    metric.value = share_below(candidate, limit);
    metric.floor = share_below(reference, limit);
    // Binomial; half a sample more and one less keep it above zero where none was found.
    const double n = static_cast<double>(candidate.size()), share = (*metric.value * n + 0.5) / (n + 1);
    metric.uncertainty = std::sqrt(share * (1 - share) / n);
}

}  // namespace

CopyMetrics find_copies(const TableView& reference, const TableView& candidate,
                        const std::optional<TableView>& training, const ObservableList& observables,
                        bool logarithmic, const std::string& range) {
    CopyMetrics out{Metric(duplicate_share(), range), Metric(memorised_share(), range)};
    const std::string why_not = why_not_compared(reference, candidate, observables);
    for (Metric* metric : {&out.duplicates, &out.memorised}) {
        metric->n_reference = reference.rows.size();
        metric->n_candidate = candidate.rows.size();
        metric->reason = why_not;
    }
    if (!training || training->rows.empty())
        out.memorised.reason = "no training " + observables.word.many + " were given";
    if (!why_not.empty()) return out;
    const Space space(reference, logarithmic);
    const Points first = space(reference), second = space(candidate);
    fill(out.duplicates, nearest(first, first, true), nearest(second, second, true),
         "the reference repeats itself, too");
    if (!training || training->rows.empty()) return out;
    const Points known = space(*training);
    fill(out.memorised, nearest(first, known, false), nearest(second, known, false),
         "the reference was learned from, too: nothing shows what chance alone repeats");
    return out;
}

}  // namespace caloforge::validate
