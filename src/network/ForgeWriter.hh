#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "network/Forge.hh"
#include "network/SpecBuilder.hh"

/// The parts of a forge network, for forge_generator() alone.
namespace caloforge::network {

/// Knots of the distribution of a cell: in the middle about a sixth of the probability between two, 1 %
/// beyond an end.
inline constexpr std::array<double, 8> forge_knots{-2.5, -1.6, -0.9, -0.3, 0.3, 0.9, 1.6, 2.5};
/// Of the response and the layers' ratios, which are few, and whose tails (early showers, leakage) reach into
/// all that is measured.
inline constexpr std::array<double, 16> forge_energy_knots{-3,  -2.6, -2.2, -1.8, -1.4, -1,  -0.6, -0.2,
                                                           0.2, 0.6,  1,    1.4,  1.8,  2.2, 2.6,  3};
/// Of a split of the energy between layers.
inline constexpr std::array<double, 8> forge_split_knots{-2.5, -1.8, -1.1, -0.4, 0.4, 1.1, 1.8, 2.5};
/// Numbers that describe one distribution: a slope at each knot, the height and the probability of zero.
inline constexpr std::int64_t forge_sample_parameters = forge_knots.size() + 2;
inline constexpr std::int64_t forge_energy_parameters = forge_energy_knots.size() + 2;
/// Weights of its sides' being empty, the location of its ratio's logarithm, a slope at each knot.
inline constexpr std::int64_t forge_split_parameters = forge_split_knots.size() + 3;
/// Standard deviations of the Gaussian distributions that a layer's energy is expected to be spread by,
/// cells.
inline constexpr std::array<double, 5> forge_spreads{0.06, 0.2, 0.6, 1.6, 4};
/// Cells of a group along one axis that are its core, one fewer where the group has an even number of them:
/// nine cells of the window or thereabouts.
inline constexpr std::int64_t forge_core_cells = 5;
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
    std::int64_t used = 0;      ///< of the uniform numbers "noise"
    std::set<std::string> cut;  ///< what of_layer() has made
};

/// Of a convolution along one axis.
struct ForgeTaps {
    std::int64_t kernel;
    std::int64_t low;
    std::int64_t high;
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
    /// Draws with the next of the uniform numbers, as many as `shape` holds; `rule` holds the other
    /// parameters of the layer.
    std::string sample(const std::string& name, const std::string& parameters, const Shape& shape,
                       core::Json rule);

    /// Chooses with the next of the uniform numbers.
    std::string choice(const std::string& name, const std::string& weights, const Shape& shape);

    /// The parameters of a distribution of few numbers, with forge_energy_knots, from features (F): a hidden
    /// layer, which the last one, "<name>_parameters", sees beside the features themselves.
    std::string distribution(const std::string& name, const std::string& features, bool zeros = true);
    /// A convolution over (x, y) whose tensors all layers of the calorimeter share: those of the first.
    std::string shared(const std::string& part, std::size_t z, const std::string& x, std::int64_t filters,
                       std::array<ForgeTaps, 2> taps, std::int64_t stride, bool bias,
                       const char* initialiser = "he_uniform");
    /// What a convolution with these taps reads, (C, X, Y): around cylindrical cells the rows of the other
    /// end on both sides, in place of the padding along the first axis, which `taps` then has no more.
    std::string around(const std::string& name, const std::string& x, ForgeTaps& taps);
    /// Constants, of which most are equally far apart: (values).
    std::string constants(const std::string& name, const std::vector<double>& values);
    /// Numbers [begin, begin + count) of layer z's "shifts".
    std::string shift(const std::string& name, std::size_t z, std::int64_t begin, std::int64_t count);
    /// For how many layers of the calorimeter places are described: 1 where they are the same for all.
    std::int64_t place_layers() const { return o_.moving() ? static_cast<std::int64_t>(o_.nz) : 1; }
    /// What describes places, (C, layers, X, Y), as an image with the layers one below the other, (C, layers
    /// * X, Y).
    std::string stacked(const std::string& name, const std::string& x);
    /// Layer z's part of what describes places, (C, place_layers() * rows, ...).
    std::string of_layer(const std::string& name, std::size_t z, std::int64_t rows);
    /// `at` (count), places along axis 0 or 1 from the middle of the window, cells: from the particle's axis,
    /// for each of place_layers(), (1, layers, count, 1) or (1, layers, 1, count).
    std::string from_axis(const std::string& at, std::size_t axis, std::int64_t count);
    /// Energies in MIP as a convolution reads them: 1/2 ln(1 + 5 E / MIP).
    std::string seen(const std::string& name, const std::string& cells);

    /// The next of the uniform numbers.
    std::string noise(const std::string& drawn, const Shape& shape);

    ForgeDraft& draft_;
    const ForgeOptions& o_;
};

/// Response and energies of the layers ("layer_energies"), the shower's width ("width_square"), and what the
/// cells are told about all of them: "shifts", forge_shifts_per_layer() numbers for every layer.
void write_forge_energies(ForgeDraft& draft);
/// What is drawn of where the shower lies: ForgeCentre::draw().
void write_forge_centre(ForgeDraft& draft);
/// "layer_<z>": the cells of every layer, (1, X, Y), in MIP.
void write_forge_cells(ForgeDraft& draft);

/// In this order: shifts of `channels`, of the `hidden` channels of each group and of its `core` channels, a
/// gain for each of `channels`, and a weight for each of forge_spreads.
std::int64_t forge_shifts_per_layer(const ForgeOptions& options);
/// Mean width of a ring of cylindrical cells, mm: what stands for a cell where such are told of places.
double forge_ring_width(const ForgeOptions& options);
/// Cells of a group along an axis with so many cells; `place` is the group's first.
std::int64_t forge_group_cells(std::size_t cells, std::size_t place);

}  // namespace caloforge::network
