#pragma once

#include "data/ShowerDigest.hh"

namespace caloforge::family::forge {

/// Says as warnings what the showers do not teach; throws InputError when they are too few or mostly empty to
/// learn anything.
void check_teaching(const data::ShowerDigest& seen);

/// Throws InputError when the showers held out tell nothing of what is learned from `seen`.
void check_held_out(const data::ShowerDigest& seen, const data::ShowerDigest& held_out);

}  // namespace caloforge::family::forge
