#pragma once

#include <array>

#include "kernels/FourierBox.hh"

namespace caloforge::kernels {

/// out[f][o] = sum over channels c and taps t of weights[f][c][t] * in[c][o + t - low], for o in `output`;
/// cells outside the input are 0.
struct ConvolutionShape {
    std::size_t channels = 1, filters = 1;
    std::array<std::size_t, 3> input{}, output{}, kernel{}, low{};
};

/// A 3D convolution and its gradients through the Fourier transform: what takes kernel-size multiply-adds per
/// cell and pair of channels takes a complex product per frequency there, for kernels of 5 x 5 x 5 a tenth of
/// the arithmetic, transforms included. Spectra hold every row (kx, ky) for all items before the next:
///   of `items` boxes     (kx, ky, item, row)      inputs: item = sample * channels + channel,
///                                                 outputs: sample * filters + filter,
///                                                 weights: filter * channels + channel
/// and are floats, rows() * stride(items) of them. All functions work on a part of the items or rows, so that
/// threads can share the work; parts do not overlap in what they write. Read-only once made.
class FourierConvolution {
  public:
    /// Points of the longest axis that this is made for.
    static constexpr std::size_t most_points = 128;
    static bool fits(const ConvolutionShape& shape);
    explicit FourierConvolution(const ConvolutionShape& shape);

    const FourierBox& input() const { return input_; }
    const FourierBox& output() const { return output_; }
    const FourierBox& weights() const { return weights_; }
    std::size_t rows() const { return input_.rows(); }
    std::size_t row() const { return input_.row(); }
    std::size_t stride(std::size_t items) const { return input_.stride(items); }

    struct Part {
        std::size_t begin = 0, end = 0;
    };
    /// Spectra of outputs from those of inputs and weights.
    void outputs(const float* inputs, const float* weights, std::size_t samples, Part rows, float* out) const;
    /// Spectra of the gradient for the inputs from those of the gradient for the outputs.
    void input_gradients(const float* gradients, const float* weights, std::size_t samples, Part rows,
                         float* out) const;
    /// Spectra of the gradient for the weights, summed over samples.
    void weight_gradients(const float* gradients, const float* inputs, std::size_t samples, Part rows,
                          float* out) const;

  private:
    /// `product` of row 0, without its size, for a part of the rows; how many items the three spectra hold.
    void multiply_rows(RowProduct product, std::size_t a_items, std::size_t b_items, std::size_t out_items,
                       Part rows) const;

    ConvolutionShape shape_;
    FourierBox input_, output_, weights_;
};

/// The spectra of items [begin, end) of `items`, whose boxes lie one behind the other in `boxes`, which holds
/// those items alone.
void to_spectra(const FourierBox& box, const float* boxes, std::size_t items, FourierConvolution::Part part,
                float* spectra);
/// And back.
void from_spectra(const FourierBox& box, const float* spectra, std::size_t items,
                  FourierConvolution::Part part, float* boxes);

}  // namespace caloforge::kernels
