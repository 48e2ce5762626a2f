#include "validate/ObservableMetrics.hh"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <thread>

#include "core/Machine.hh"
#include "validate/Distance.hh"
#include "validate/ObservableDrawings.hh"
#include "validate/SampledMetric.hh"

namespace caloforge::validate {
namespace {

struct Measured {
    SampledMetric separation;
    SampledMetric wasserstein;
    SampledMetric chi_square;
    std::optional<double> ks_p;
    core::Json drawing;  ///< null: not drawn
};

std::vector<std::uint8_t> groups_of(const TableView& view) {
    std::vector<std::uint8_t> out;
    for (const std::uint32_t row : view.rows) out.push_back(static_cast<std::uint8_t>(row % sub_samples));
    return out;
}

std::vector<float> values_of(const TableView& view, std::size_t column) {
    std::vector<float> out;
    out.reserve(view.rows.size());
    for (const std::uint32_t row : view.rows) out.push_back(view.table->row(row)[column]);
    return out;
}

std::vector<float> finite_sorted(const std::vector<float>& values) {
    std::vector<float> out;
    std::copy_if(values.begin(), values.end(), std::back_inserter(out),
                 [](float value) { return std::isfinite(value); });
    std::sort(out.begin(), out.end());
    return out;
}

double deviation(const std::vector<float>& values) {
    double mean = 0;
    for (const float value : values) mean += value;
    mean /= static_cast<double>(values.size());
    double squares = 0;
    for (const float value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size()));
}

Measured measure_column(const TableView& reference, const TableView& candidate, std::size_t column,
                        const ObservableInfo& info, const std::string& energy, const Draws& draws) {
    const std::vector<float> first = values_of(reference, column);
    const std::vector<float> second = values_of(candidate, column);
    const auto sorted_first = finite_sorted(first);
    const auto sorted_second = finite_sorted(second);
    const ObservableHistogram histogram(observable_edges(sorted_first, info.name == "maximum_layer"), first,
                                        draws.reference_group, second, draws.candidate_group);
    const ResampledHistograms resampled(histogram, draws);
    Measured out;
    out.separation = SampledMetric(resampled, Scaling::quadratic, [](const HistogramPair& pair) {
        return separation(pair.first, pair.second).value_or(0);
    });
    out.chi_square = SampledMetric(resampled, Scaling::none, [](const HistogramPair& pair) {
        const auto result = chi_square(pair.first, pair.second);
        return result ? result->per_ndf() : 0;
    });
    if (!sorted_first.empty() && !sorted_second.empty()) {
        out.ks_p = kolmogorov_smirnov(sorted_first, sorted_second).p;
        const double unit = deviation(sorted_first);
        if (unit > 0) {
            out.wasserstein = SampledMetric(resampled, Scaling::difference, [&](const HistogramPair& pair) {
                return histogram.wasserstein(pair.first, pair.second) / unit;
            });
            // The bins only serve to resample; the value itself needs none.
            out.wasserstein.value = wasserstein_distance(sorted_first, sorted_second) / unit;
        }
    }
    if (info.family.empty() || info.family == "layer_energy")
        out.drawing = draw_distribution(info, histogram, energy);
    return out;
}

class Lister {
  public:
    Lister(const TableView& reference, const TableView& candidate, const std::string& energy,
           std::size_t groups, const std::string& why_not)
        : energy_(energy),
          why_not_(why_not),
          groups_(groups),
          n_reference_(reference.rows.size()),
          n_candidate_(candidate.rows.size()) {}

    void add(const std::string& name, const SampledMetric& sampled, const std::string& no_value) {
        Metric metric = blank(name);
        sampled.fill(metric, groups_, why_not_.empty() ? no_value : why_not_);
        metrics_.push_back(std::move(metric));
    }
    void add_p(const std::string& name, const std::optional<double>& p, const std::string& no_value) {
        Metric metric = blank(name);
        metric.value = p;
        metric.reason = p ? "a p value needs no floor: equal sets make it uniform between 0 and 1"
                        : why_not_.empty() ? no_value
                                           : why_not_;
        metrics_.push_back(std::move(metric));
    }
    std::vector<Metric> take() { return std::move(metrics_); }

  private:
    Metric blank(const std::string& name) const {
        Metric metric;
        metric.name = name;
        metric.energy = energy_;
        metric.group = "observable";
        metric.n_reference = n_reference_;
        metric.n_candidate = n_candidate_;
        return metric;
    }

    std::string energy_;
    std::string why_not_;  ///< nothing was measured; empty otherwise
    std::size_t groups_;
    std::size_t n_reference_;
    std::size_t n_candidate_;
    std::vector<Metric> metrics_;
};

// The families in the order of the list, with their columns.
std::vector<std::pair<std::string, std::vector<std::size_t>>> families(const EventObservables& observables) {
    std::vector<std::pair<std::string, std::vector<std::size_t>>> out;
    for (std::size_t column = observables.event_level(); column < observables.size(); ++column) {
        const std::string& family = observables.list()[column].family;
        if (out.empty() || out.back().first != family) out.push_back({family, {}});
        out.back().second.push_back(column);
    }
    return out;
}

constexpr const char* no_wasserstein = "the reference has one value only, or a set has none";
constexpr const char* no_layer = "a layer is empty in every shower of a set, or has one value only";

std::vector<Metric> list_metrics(const std::vector<Measured>& measured, const EventObservables& observables,
                                 Lister lister) {
    for (std::size_t column = 0; column < observables.event_level(); ++column) {
        const std::string& name = observables.list()[column].name;
        lister.add("separation_" + name, measured[column].separation, "");
        lister.add("wasserstein_" + name, measured[column].wasserstein, no_wasserstein);
        lister.add("chi2_ndf_" + name, measured[column].chi_square, "");
        lister.add_p("ks_p_" + name, measured[column].ks_p, "a set has no value");
    }
    for (const auto& [family, columns] : families(observables)) {
        const auto mean = [&, &all = columns](SampledMetric Measured::*which) {
            std::vector<const SampledMetric*> parts;
            for (const std::size_t column : all) parts.push_back(&(measured[column].*which));
            return SampledMetric::mean(parts);
        };
        lister.add("separation_" + family, mean(&Measured::separation), "");
        lister.add("wasserstein_" + family, mean(&Measured::wasserstein), no_layer);
        lister.add("chi2_ndf_" + family, mean(&Measured::chi_square), "");
    }
    return lister.take();
}

// Why two sets have no distributions to compare; empty when they have.
std::string why_not(const TableView& reference, const TableView& candidate) {
    if (std::min(reference.rows.size(), candidate.rows.size()) < showers_for_distributions) {
        return too_few_showers(reference.rows.size(), candidate.rows.size(), showers_for_distributions);
    }
    const auto empty = [](const TableView& view) {
        const auto fraction = view.table->find("sampling_fraction");
        return std::none_of(view.rows.begin(), view.rows.end(),
                            [&](std::uint32_t row) { return view.table->row(row)[*fraction] > 0; });
    };
    if (empty(reference)) return "every shower of the reference is empty";
    if (empty(candidate)) return "every shower of the candidate is empty";
    return "";
}

void for_each_on_threads(std::size_t count, std::size_t threads,
                         const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < std::min(core::thread_count(threads), count); ++t) {
        workers.emplace_back([&] {
            for (std::size_t i = next++; i < count; i = next++) work(i);
        });
    }
}

template <class Wanted>
TableView rows_where(const ObservableTable& table, Wanted&& wanted) {
    TableView view{&table, {}};
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (wanted(table.incident[row])) view.rows.push_back(static_cast<std::uint32_t>(row));
    }
    return view;
}

}  // namespace

TableView compared_rows(const ObservableTable& table, const EnergyRange& compared) {
    return rows_where(table, [&](double energy) { return compared.holds(energy); });
}

TableView rows_of_bin(const ObservableTable& table, const EnergyBins& bins, std::size_t bin) {
    return rows_where(table, [&](double energy) { return bins.slot(energy) == bin; });
}

ObservableComparison compare_observables(const TableView& reference, const TableView& candidate,
                                         const EventObservables& observables, const std::string& energy,
                                         std::size_t threads) {
    ObservableComparison out;
    const Draws draws(groups_of(reference), groups_of(candidate));
    const std::string reason = why_not(reference, candidate);
    Lister lister(reference, candidate, energy, draws.groups, reason);
    std::vector<Measured> measured(observables.size());
    if (!reason.empty()) {
        out.metrics = list_metrics(measured, observables, std::move(lister));
        return out;
    }
    for_each_on_threads(observables.size(), threads, [&](std::size_t column) {
        measured[column] =
            measure_column(reference, candidate, column, observables.list()[column], energy, draws);
    });
    out.metrics = list_metrics(measured, observables, std::move(lister));
    for (const auto& [family, columns] : families(observables)) {
        if (family == "layer_energy") continue;  // the longitudinal profile
        const std::string& label = observables.list()[columns.front()].label;
        out.drawings.push_back(draw_family(reference, candidate, family, columns,
                                           "mean " + label.substr(0, label.find(',')), energy));
    }
    for (Measured& one : measured) {
        if (!one.drawing.is_null()) out.drawings.push_back(std::move(one.drawing));
    }
    return out;
}

}  // namespace caloforge::validate
