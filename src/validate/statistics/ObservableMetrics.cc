#include "validate/statistics/ObservableMetrics.hh"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <thread>

#include "core/Machine.hh"
#include "validate/statistics/Distance.hh"
#include "validate/statistics/GeneralMetrics.hh"
#include "validate/statistics/Histograms.hh"
#include "validate/statistics/ObservableDrawings.hh"
#include "validate/statistics/SampledMetric.hh"

namespace caloforge::validate {
namespace {

struct Measured {
    SampledMetric separation;
    SampledMetric wasserstein;
    SampledMetric chi_square;
    std::optional<double> ks_p;
    std::optional<Drawing> drawing;
};

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
                        const ObservableInfo& info, const Draws& draws,
                        const std::function<Drawing(const ObservableHistogram&)>& draw) {
    const std::vector<float> first = values_of(reference, column);
    const std::vector<float> second = values_of(candidate, column);
    const auto sorted_first = finite_sorted(first);
    const auto sorted_second = finite_sorted(second);
    const ObservableHistogram histogram(observable_edges(sorted_first, info.whole_numbers), first,
                                        draws.reference_group, second, draws.candidate_group);
    const ResampledHistograms resampled(histogram, draws);
    Measured out;
    out.separation = SampledMetric(resampled, separation_of("", "").scaling, [](const HistogramPair& pair) {
        return separation(pair.first, pair.second).value_or(0);
    });
    out.chi_square = SampledMetric(resampled, chi_square_of("", "").scaling, [](const HistogramPair& pair) {
        const auto result = chi_square(pair.first, pair.second);
        return result ? result->per_ndf() : 0;
    });
    if (!sorted_first.empty() && !sorted_second.empty()) {
        out.ks_p = kolmogorov_smirnov(sorted_first, sorted_second).p;
        const double unit = deviation(sorted_first);
        if (unit > 0) {
            out.wasserstein =
                SampledMetric(resampled, wasserstein_of("", "").scaling, [&](const HistogramPair& pair) {
                    return histogram.wasserstein(pair.first, pair.second) / unit;
                });
            // The bins only serve to resample; the value itself needs none.
            out.wasserstein.value = wasserstein_distance(sorted_first, sorted_second) / unit;
        }
    }
    if (draw) out.drawing = draw(histogram);
    return out;
}

class Lister {
  public:
    Lister(const TableView& reference, const TableView& candidate, const std::string& range,
           std::size_t groups, const std::string& why_not)
        : range_(range),
          why_not_(why_not),
          groups_(groups),
          n_reference_(reference.rows.size()),
          n_candidate_(candidate.rows.size()) {}

    void add(const MetricInfo& info, const SampledMetric& sampled, const std::string& no_value) {
        Metric metric = blank(info);
        sampled.fill(metric, groups_, why_not_.empty() ? no_value : why_not_);
        metrics_.push_back(std::move(metric));
    }
    void add_p(const MetricInfo& info, const std::optional<double>& p, const std::string& no_value) {
        Metric metric = blank(info);
        metric.value = p;
        metric.reason = p ? "a p value needs no floor: equal sets make it uniform between 0 and 1"
                        : why_not_.empty() ? no_value
                                           : why_not_;
        metrics_.push_back(std::move(metric));
    }
    std::vector<Metric> take() { return std::move(metrics_); }

  private:
    Metric blank(const MetricInfo& info) const {
        Metric metric(info, range_);
        metric.n_reference = n_reference_;
        metric.n_candidate = n_candidate_;
        return metric;
    }

    std::string range_;
    std::string why_not_;  ///< nothing was measured; empty otherwise
    std::size_t groups_;
    std::size_t n_reference_;
    std::size_t n_candidate_;
    std::vector<Metric> metrics_;
};

constexpr const char* no_wasserstein = "the reference has one value only, or a set has none";

std::vector<Metric> list_metrics(const std::vector<Measured>& measured, const ObservableList& observables,
                                 Lister lister) {
    for (std::size_t column = 0; column < observables.singles(); ++column) {
        const std::string &name = observables[column].name, &label = observables[column].label;
        lister.add(separation_of(name, label), measured[column].separation, "");
        lister.add(wasserstein_of(name, label), measured[column].wasserstein, no_wasserstein);
        lister.add(chi_square_of(name, label), measured[column].chi_square, "");
        lister.add_p(kolmogorov_p_of(name, label), measured[column].ks_p, "a set has no value");
    }
    for (const ObservableFamily& family : observables.families()) {
        const auto mean = [&](SampledMetric Measured::*which) {
            std::vector<const SampledMetric*> parts;
            for (std::size_t i = 0; i < family.size; ++i)
                parts.push_back(&(measured[family.first + i].*which));
            return SampledMetric::mean(parts);
        };
        const std::string no_member = "a " + family.place + " is empty in every " + observables.word.one +
                                      " of a set, or has one value only";
        lister.add(separation_of(family.name, family.label), mean(&Measured::separation), "");
        lister.add(wasserstein_of(family.name, family.label), mean(&Measured::wasserstein), no_member);
        lister.add(chi_square_of(family.name, family.label), mean(&Measured::chi_square), "");
    }
    return lister.take();
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

}  // namespace

std::string why_not_compared(const TableView& reference, const TableView& candidate,
                             const ObservableList& observables) {
    if (std::min(reference.rows.size(), candidate.rows.size()) < samples_for_distributions)
        return too_few(reference.rows.size(), candidate.rows.size(), samples_for_distributions,
                       observables.word.many);
    const auto empty = [&](const TableView& view) {
        return std::all_of(view.rows.begin(), view.rows.end(),
                           [&](std::uint32_t row) { return observables.empty(view.table->row(row)); });
    };
    if (empty(reference)) return "every " + observables.word.one + " of the reference is empty";
    if (empty(candidate)) return "every " + observables.word.one + " of the candidate is empty";
    return "";
}

ObservableComparison compare_observables(const TableView& reference, const TableView& candidate,
                                         const ObservableList& observables, const std::string& range,
                                         std::size_t threads) {
    ObservableComparison out;
    const Draws draws(groups_of(reference), groups_of(candidate));
    const std::string reason = why_not_compared(reference, candidate, observables);
    Lister lister(reference, candidate, range, draws.groups, reason);
    std::vector<Measured> measured(observables.size());
    if (!reason.empty()) {
        out.metrics = list_metrics(measured, observables, std::move(lister));
        return out;
    }
    std::vector<bool> drawn(observables.size());
    for (const std::size_t column : observables.own_columns()) drawn[column] = true;
    for_each_on_threads(observables.size(), threads, [&](std::size_t column) {
        std::function<Drawing(const ObservableHistogram&)> draw;
        if (drawn[column]) {
            draw = [&](const ObservableHistogram& histogram) {
                return draw_distribution(observables, column, histogram, range);
            };
        }
        measured[column] = measure_column(reference, candidate, column, observables[column], draws, draw);
    });
    out.metrics = list_metrics(measured, observables, std::move(lister));
    for (const ObservableFamily& family : observables.families()) {
        if (family.means)
            out.drawings.push_back(draw_family(reference, candidate, observables, family, range));
    }
    for (Measured& one : measured) {
        if (one.drawing) out.drawings.push_back(std::move(*one.drawing));
    }
    return out;
}

}  // namespace caloforge::validate
