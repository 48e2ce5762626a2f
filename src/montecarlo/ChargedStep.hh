#pragma once

#include <cstdint>

#include "montecarlo/Flock.hh"
#include "montecarlo/StepTable.hh"

namespace caloforge::montecarlo {

/// One step of every living particle of the flock (Transport.hh says which): to its next event, to the border
/// of its slab, or as far as the limits let it. Moves and turns it, takes the energy that it loses in a
/// passive slab, and makes elastic collisions; everything else is left to the caller, in Flock::end and
/// beside it. In registers, on the widest instruction set of the processor or, if `alone`, one after the
/// other: the same bits.
void step_together(const StepTable& table, std::uint64_t seed, Flock& flock, bool alone = false);

}  // namespace caloforge::montecarlo
