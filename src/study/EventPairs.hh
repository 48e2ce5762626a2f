#pragma once

#include "core/Json.hh"
#include "data/ShowerSet.hh"
#include "validate/Comparison.hh"

namespace caloforge::study {

/// Pairs of showers of like energy, in the same slices where there are such, for the event display:
/// {"reference": {"incident", "slices"?: ["theta 0:10"], "cells": [[x, y, z, GeV], ...]}, "candidate": ...},
/// at most `pairs`, spread over the compared showers of the reference by energy. Cells below `threshold` GeV
/// are left out, and the faintest of a shower with very many.
core::Json pick_event_pairs(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                            const validate::Comparison& comparison, std::size_t pairs, double threshold);

/// Adds to each of these pairs a shower of a third set, "other", of the energy that is nearest to the
/// reference's; the set is the candidate of `comparison`.
void add_to_event_pairs(core::Json& pairs, const data::ShowerSet& other,
                        const validate::Comparison& comparison, double threshold);

}  // namespace caloforge::study
