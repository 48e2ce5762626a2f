#pragma once

#include <optional>
#include <string>
#include <vector>

#include "validate/statistics/Metric.hh"
#include "validate/statistics/ObservableList.hh"
#include "validate/statistics/ObservableTable.hh"

namespace caloforge::validate {

/// Share of the candidate's samples that another of its own nearly repeats, and of those that nearly repeat a
/// training sample: what a model that lost its diversity, or learned by heart, makes.
///
/// The distance of two samples is Euclidean in all observables and the logarithm (or value) of the binning
/// variable, each divided by its standard deviation in the reference; what a sample does not have counts as
/// the mean. A sample repeats another when they are nearer than half of what one reference sample in a
/// hundred has to its nearest: of its own set, or of the training's. Neglected: copies that differ in more
/// than noise (turned, of another energy). Of sets of more than 5,000 samples as many are looked at, evenly
/// spread.
struct CopyMetrics {
    Metric duplicates;  ///< duplicate_share
    Metric memorised;   ///< memorised_share; without `training` it has no value
};

CopyMetrics find_copies(const TableView& reference, const TableView& candidate,
                        const std::optional<TableView>& training, const ObservableList& observables,
                        bool logarithmic, const std::string& range);

}  // namespace caloforge::validate
