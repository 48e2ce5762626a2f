#include "validate/statistics/ObservableDrawings.hh"

#include <cmath>
#include <limits>

#include "validate/statistics/Jackknife.hh"
#include "validate/statistics/Resampling.hh"
#include "validate/statistics/Rounding.hh"

namespace caloforge::validate {
namespace {

// Mean of each member over the samples that have it, with errors (jackknife over sub-samples).
Series family_means(const TableView& view, const ObservableFamily& family) {
    std::vector<std::vector<double>> sum(sub_samples, std::vector<double>(family.size));
    auto count = sum;
    for (const std::uint32_t row : view.rows) {
        const auto values = view.table->row(row).subspan(family.first, family.size);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = values[i];
            if (!std::isfinite(value)) continue;
            sum[row % sub_samples][i] += value;
            count[row % sub_samples][i] += 1;
        }
    }
    Series out;
    for (std::size_t i = 0; i < family.size; ++i) {
        // Places without a member stay open.
        out.y.resize(family.place_of(i), std::numeric_limits<double>::quiet_NaN());
        out.error.resize(out.y.size(), 0.0);
        double total = 0, n = 0;
        for (std::size_t g = 0; g < sub_samples; ++g) {
            total += sum[g][i];
            n += count[g][i];
        }
        std::vector<double> left_out;
        for (std::size_t g = 0; g < sub_samples; ++g) {
            if (count[g][i] > 0 && n > count[g][i])
                left_out.push_back((total - sum[g][i]) / (n - count[g][i]));
        }
        out.y.push_back(n > 0 ? short_number(total / n) : std::numeric_limits<double>::quiet_NaN());
        out.error.push_back(short_number(jackknife_error(left_out)));
    }
    return out;
}

}  // namespace

Drawing draw_distribution(const ObservableList& observables, std::size_t column,
                          const ObservableHistogram& histogram, const std::string& range) {
    const ObservableInfo& info = observables[column];
    Drawing out;
    out.name = "distribution_" + info.name;
    out.title = info.label;
    out.group = column < observables.singles() ? observables.group : observables.family_group;
    out.x_label = info.label;
    out.y_label = "share of the " + observables.word.many;
    out.range = range;
    out.edges = histogram.edges();
    out.reference = drawn_counts(histogram.reference(), histogram.bins());
    out.candidate = drawn_counts(histogram.candidate(), histogram.bins());
    return out;
}

Drawing draw_family(const TableView& reference, const TableView& candidate, const ObservableList& observables,
                    const ObservableFamily& family, const std::string& range) {
    Drawing out;
    const std::size_t places = family.place_of(family.size - 1) + 1;
    for (std::size_t i = 0; i <= places; ++i) out.edges.push_back(static_cast<double>(i) - 0.5);
    out.name = family.name;
    out.group = observables.family_group;
    out.x_label = family.place;
    out.y_label = "mean " + family.label;
    out.range = range;
    out.reference = family_means(reference, family);
    out.candidate = family_means(candidate, family);
    return out;
}

}  // namespace caloforge::validate
