#include "validate/statistics/FrechetMetric.hh"

#include <algorithm>
#include <cmath>

#include "validate/statistics/Frechet.hh"
#include "validate/statistics/GeneralMetrics.hh"

namespace caloforge::validate {
namespace {

// (n, columns) of the samples that have every one.
std::vector<float> complete_rows(const TableView& view, const std::vector<std::size_t>& columns) {
    std::vector<float> out;
    out.reserve(view.rows.size() * columns.size());
    for (const std::uint32_t number : view.rows) {
        const auto row = view.table->row(number);
        if (!std::all_of(columns.begin(), columns.end(),
                         [&](std::size_t c) { return std::isfinite(row[c]); }))
            continue;
        for (const std::size_t column : columns) out.push_back(row[column]);
    }
    return out;
}

TableView every_second(const TableView& view, std::uint32_t parity) {
    TableView out{view.table, {}};
    for (const std::uint32_t row : view.rows) {
        if (row % 2 == parity) out.rows.push_back(row);
    }
    return out;
}

}  // namespace

Metric frechet_metric(const TableView& reference, const TableView& candidate,
                      const ObservableList& observables, const std::string& range) {
    const std::vector<std::size_t> columns = observables.own_columns();
    const auto distance = [&](const TableView& first, const TableView& second) {
        return frechet_physics_distance(complete_rows(first, columns), complete_rows(second, columns),
                                        columns.size(), {.word = observables.word.many});
    };
    Metric metric(frechet_distance_metric(), range);
    metric.n_reference = reference.rows.size();
    metric.n_candidate = candidate.rows.size();
    const FrechetOutcome outcome = distance(reference, candidate);
    metric.value = outcome.value;
    metric.uncertainty = outcome.error;
    metric.reason = outcome.reason;
    if (!outcome.value) return metric;
    const FrechetOutcome halves = distance(every_second(reference, 0), every_second(reference, 1));
    metric.floor = halves.value;
    if (!halves.value) metric.reason = "no floor: between the halves of the reference, " + halves.reason;
    return metric;
}

}  // namespace caloforge::validate
