#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/Noise.hh"
#include "kernels/SplineSample.hh"
#include "network/NetworkSpec.hh"
#include "network/WeightsFile.hh"

namespace caloforge::engine {

/// A function of single numbers, applied to what an operation makes.
struct Pointwise {
    enum class Function {
        affine,  ///< gain[c] x + shift[c], c the channel; one entry for all channels alike
        leaky_relu,
        threshold,
        power,
        sigmoid,
        softplus,
        silu,
        exp,
        log
    };
    Function function = Function::affine;
    float parameter = 0;  ///< slope, threshold, exponent
    std::vector<float> gain;
    std::vector<float> shift;
};

/// What a generator's network is told about the incident particle.
enum class Condition {
    energy,  ///< (1), GeV
    impact   ///< (2), mm on the front face, relative to the centre of the central cell
};

/// One operation of a network that is being compiled. Tensors are row-major, without the batch axis.
struct Operation {
    enum class Kind {
        input,     ///< a condition
        constant,  ///< `bias`
        random,
        dense,        ///< weights (outputs, inputs)
        convolution,  ///< of the input repeated `factor` times along each axis, with zeros around it
        upsample,
        pad,
        gather,   ///< element i is element `index[i]` of the input
        sum,      ///< element i is `scale` times the sum over a list of elements of the input
        softmax,  ///< over each list of elements of the input
        concat,
        interleave,  ///< element k of the inputs, one after the other, becomes element `index[k]`
        sample,      ///< from its parameters and uniform numbers
        add,       ///< where shapes differ, of elements `index[i]` of the first and `begins[i]` of the second
        multiply,  ///< the same
        pointwise  ///< nothing but its `after`
    };
    using Triple = std::array<std::int64_t, 3>;

    std::string name;  ///< of the layer, or of the last of those that became one
    Kind kind = Kind::pointwise;
    std::vector<std::size_t> inputs;  ///< operations before this one
    network::Shape shape;             ///< of what it makes

    std::vector<float> weights;  ///< dense; convolution: (filters, channels, kx, ky, kz)
    std::vector<float> bias;     ///< (outputs) or (filters)
    Triple kernel = {1, 1, 1};
    Triple stride = {1, 1, 1};  ///< of a convolution whose factor is 1
    Triple factor = {1, 1, 1};
    bool zeros_between = false;  ///< a repeated cell is followed by zeros: the transposed convolution
    /// Zeros before the first cell of convolution and pad, in cells of the repeated input; how many follow
    /// the last one is seen from the shape.
    Triple low = {0, 0, 0};
    Condition condition = Condition::energy;  ///< input
    kernels::SplineSample spline;             ///< sample
    core::Noise noise;                        ///< random
    std::uint32_t stream = 0;                 ///< random
    std::vector<std::int32_t> index;          ///< gather; sum, softmax: the lists one after the other
    std::vector<std::int32_t> begins;  ///< sum, softmax: where each list begins, and the end of the last
    float scale = 1;                   ///< sum
    /// Of a convolution, the numbers of inputs (of this operation) that are added to what it makes, in this
    /// order: an image of the same shape, and (filters, 1, ...). 0: none.
    std::size_t image_addend = 0;
    std::size_t channel_addend = 0;
    std::vector<Pointwise> after;
    std::int64_t nominal_macs = 0;  ///< of the layers that it stands for, as written
    network::Layer layer;  ///< that was lowered; what a convolution or a dense layer does is said above

    std::int64_t elements() const { return network::element_count(shape); }
};

/// A network as operations in order of execution; the first are the inputs.
struct Graph {
    std::string name;
    std::vector<Operation> operations;
    std::size_t output = 0;  ///< the operation that makes the showers

    /// How many operations read this one.
    std::size_t readers(std::size_t operation) const;
};

/// The operations of a network as written, one for each layer. `role`: its key in the weights file. Throws
/// InputError naming a layer that the engine does not know, or one that is larger than memory should hold.
Graph lower(const network::NetworkSpec& spec, const network::WeightsFile& file, const std::string& role);

/// Zeros that a convolution without repetition wants behind the last cell of its image along an axis;
/// negative: cells that it does not reach.
std::int64_t zeros_after(const Operation& convolution, const network::Shape& image, std::size_t axis);

/// The shape (C, X, Y, Z) of an image; that of a flat one (C, X, Y) is (C, 1, X, Y).
network::Shape image_of(const network::Shape& shape);

/// Whether every layer of a network is known to the engine; else the first that is not, as "name (type)".
std::string unsupported_layer(const network::NetworkSpec& spec);

}  // namespace caloforge::engine
