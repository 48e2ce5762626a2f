#pragma once

#include <string>
#include <vector>

#include "network/NetworkSpec.hh"

namespace caloforge::network {

/// A network that draws (`sample` and `choose` layers), turned into one that is told what was drawn: each of
/// them is an input of its name, and the parameters of its distribution are an output. So the likelihood of a
/// shower follows from the description of the generator, and both have the same tensors.
struct TeacherForced {
    struct Sample {
        Layer layer;             ///< as it was
        std::string parameters;  ///< the output that holds its parameters
    };
    NetworkSpec spec;
    std::vector<Sample> samples;  ///< in the order of the layers
};

/// Layers that no distribution depends on, noise among them, are left out. Throws InputError for a network
/// without such layers and for one that plan_network() refuses.
TeacherForced teacher_forced(const NetworkSpec& generator);

}  // namespace caloforge::network
