#include "validate/ObservableDrawings.hh"

#include <cmath>

#include "validate/Jackknife.hh"
#include "validate/Rounding.hh"

namespace caloforge::validate {
namespace {

// Mean of a family over the showers that have it, per layer, with errors (jackknife over sub-samples).
core::Json family_means(const TableView& view, const std::vector<std::size_t>& columns) {
    std::vector<std::vector<double>> sum(sub_samples, std::vector<double>(columns.size()));
    auto count = sum;
    for (const std::uint32_t row : view.rows) {
        const auto values = view.table->row(row);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double value = values[columns[i]];
            if (!std::isfinite(value)) continue;
            sum[row % sub_samples][i] += value;
            count[row % sub_samples][i] += 1;
        }
    }
    core::Json y = core::Json::array();
    core::Json error = core::Json::array();
    for (std::size_t i = 0; i < columns.size(); ++i) {
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
        y.push_back(n > 0 ? core::Json(short_number(total / n)) : core::Json());
        error.push_back(left_out.size() > 1 ? core::Json(short_number(jackknife_error(left_out)))
                                            : core::Json());
    }
    return {{"y", std::move(y)}, {"error", std::move(error)}};
}

}  // namespace

core::Json draw_distribution(const ObservableInfo& info, const ObservableHistogram& histogram,
                             const std::string& energy) {
    core::Json one = core::Json::object();
    one["name"] = "distribution_" + info.name;
    one["title"] = info.label;
    one["group"] = info.family.empty() ? "event" : "layers";
    one["x_label"] = info.label;
    one["y_label"] = "share of the showers";
    one["log_y"] = false;
    one["energy"] = energy;
    one["edges"] = histogram.edges();
    one["reference"] = drawn_counts(histogram.reference(), histogram.bins());
    one["candidate"] = drawn_counts(histogram.candidate(), histogram.bins());
    return one;
}

core::Json draw_family(const TableView& reference, const TableView& candidate, const std::string& family,
                       const std::vector<std::size_t>& columns, const std::string& label,
                       const std::string& energy) {
    std::vector<double> edges;
    for (std::size_t z = 0; z <= columns.size(); ++z) edges.push_back(static_cast<double>(z) - 0.5);
    core::Json one = core::Json::object();
    one["name"] = family;
    one["group"] = "layers";
    one["x_label"] = "layer";
    one["y_label"] = label;
    one["log_y"] = false;
    one["energy"] = energy;
    one["edges"] = edges;
    one["reference"] = family_means(reference, columns);
    one["candidate"] = family_means(candidate, columns);
    return one;
}

}  // namespace caloforge::validate
