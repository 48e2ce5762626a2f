#pragma once

#include <string>

#include "core/Json.hh"
#include "data/ShowerSet.hh"

namespace caloforge::app {

/// Pairs of showers of like energy for the event display: {"reference": {"incident", "cells": [[x, y, z,
/// GeV], ...]}, "candidate": ...}, spread over the energies of the candidate. Cells below `threshold` GeV are
/// left out.
core::Json pick_event_pairs(const data::ShowerSet& reference, const data::ShowerSet& candidate,
                            std::size_t pairs, double threshold);

/// The page web/demo.html with its style, its program and `data` put in (web/README.md): one self-contained
/// file.
std::string fill_page(const core::Json& data);

}  // namespace caloforge::app
