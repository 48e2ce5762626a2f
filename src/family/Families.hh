#pragma once

#include "train/Family.hh"

namespace caloforge::family {

/// Every network family, the default first.
train::Families families();

}  // namespace caloforge::family
