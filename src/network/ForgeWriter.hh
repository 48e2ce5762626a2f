#pragma once

#include <array>
#include <string>
#include <vector>

#include "network/Forge.hh"
#include "network/SpecBuilder.hh"

/// The parts of a forge network, for forge_generator() alone.
namespace caloforge::network {

/// Knots of every distribution: in the middle about a sixth of the probability between two, 1 % beyond an
/// end.
inline constexpr std::array<double, 8> forge_knots{-2.5, -1.6, -0.9, -0.3, 0.3, 0.9, 1.6, 2.5};
/// Numbers that describe one distribution: a slope at each knot, the height and the probability of zero.
inline constexpr std::int64_t forge_sample_parameters = forge_knots.size() + 2;
/// Slope of the activations below zero.
inline constexpr double forge_leak = 0.1;
/// The groups of a layer's cells, in the order in which they are drawn.
inline constexpr std::array<std::array<std::size_t, 2>, 4> forge_groups{{{0, 0}, {1, 1}, {0, 1}, {1, 0}}};

/// Names of what belongs to layer z, or to group g of it.
std::string forge_name(const std::string& part, std::size_t z);
std::string forge_name(const std::string& part, std::size_t z, std::size_t g);

/// A network that is being written.
struct ForgeDraft {
    const ForgeOptions& options;
    SpecBuilder builder;
    std::int64_t used = 0;  ///< of the uniform numbers "noise"
};

/// Appends layers to a draft. All functions return the name of the last layer they made, which is `name`.
class ForgeWriter {
  public:
    explicit ForgeWriter(ForgeDraft& draft) : draft_(draft), o_(draft.options) {}

  protected:
    std::string add(const std::string& name, const char* type, std::vector<std::string> inputs,
                    core::Json parameters = core::Json::object());
    std::string scale(const std::string& name, const std::string& x, double factor, double offset = 0);
    std::string reshape(const std::string& name, const std::string& x, const Shape& shape);
    /// ln(x + offset) * factor + shift.
    std::string logarithm(const std::string& name, const std::string& x, double offset, double factor,
                          double shift);
    std::string activated(const std::string& name, const std::string& x);
    /// Joins any number of inputs along the first axis.
    std::string concat(const std::string& name, std::vector<std::string> inputs);
    /// Draws with the next of the uniform numbers, as many as `shape` holds.
    std::string sample(const std::string& name, const std::string& parameters, const Shape& shape,
                       bool zeros = true);

    ForgeDraft& draft_;
    const ForgeOptions& o_;
};

/// Response and energies of the layers ("layer_energy_<z>"), and what the cells are told about all of them:
/// "shifts", a number for each of forge_shifts_per_layer() channels of every layer.
void write_forge_energies(ForgeDraft& draft);
/// "layer_<z>": the cells of every layer, (1, X, Y), in MIP.
void write_forge_cells(ForgeDraft& draft);

std::int64_t forge_shifts_per_layer(const ForgeOptions& options);
/// Cells of a group along an axis with so many cells; `place` is the group's first.
std::int64_t forge_group_cells(std::size_t cells, std::size_t place);

}  // namespace caloforge::network
