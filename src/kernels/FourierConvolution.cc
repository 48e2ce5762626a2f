#include "kernels/FourierConvolution.hh"

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace caloforge::kernels {
namespace {

/// Points of the circle on which an axis of a convolution does not bite its tail: whatever lies outside the
/// input and is asked for must be a point without an element. Zeros before and behind the input may be the
/// same points.
std::size_t circle(const ConvolutionShape& shape, std::size_t axis) {
    const std::size_t reach = shape.output[axis] + shape.kernel[axis] - 1;  // points read, from -low
    const std::size_t low = shape.low[axis];
    const std::size_t above = reach > low ? reach - low : 0;  // first point that is not read
    return std::max({shape.input[axis] + low, above, shape.input[axis], shape.output[axis]});
}

CircleAxis axis_of(const ConvolutionShape& shape, std::size_t axis, const std::array<std::size_t, 3>& counts,
                   bool weights) {
    return {circle(shape, axis), counts[axis], weights ? -static_cast<std::ptrdiff_t>(shape.low[axis]) : 0};
}

FourierBox box(const ConvolutionShape& shape, const std::array<std::size_t, 3>& counts, int sign,
               bool weights) {
    return {axis_of(shape, 0, counts, weights), axis_of(shape, 1, counts, weights),
            axis_of(shape, 2, counts, weights), sign};
}

/// Not set to zero, as a vector would be.
class Scratch {
  public:
    explicit Scratch(std::size_t count)
        : floats_(std::make_unique_for_overwrite<float[]>(count)), count_(count) {}
    std::span<float> floats() const { return {floats_.get(), count_}; }

  private:
    std::unique_ptr<float[]> floats_;
    std::size_t count_;
};

}  // namespace

bool FourierConvolution::fits(const ConvolutionShape& shape) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (circle(shape, axis) > most_points || shape.kernel[axis] > circle(shape, axis)) return false;
    }
    return true;
}

// With weights at points t - low of the opposite sign, the spectrum of the output is a product without
// conjugates.
FourierConvolution::FourierConvolution(const ConvolutionShape& shape)
    : shape_(shape),
      input_(box(shape, shape.input, -1, false)),
      output_(box(shape, shape.output, -1, false)),
      weights_(box(shape, shape.kernel, 1, true)) {
    if (!fits(shape)) throw std::logic_error("FourierConvolution: the axes are too long");
}

void FourierConvolution::multiply_rows(RowProduct product, std::size_t a_items, std::size_t b_items,
                                       std::size_t out_items, Part rows) const {
    product.row = row();
    product.a += rows.begin * stride(a_items);
    product.b += rows.begin * stride(b_items);
    product.out += rows.begin * stride(out_items);
    for (std::size_t r = rows.begin; r < rows.end; ++r) {
        multiply(product);
        product.a += stride(a_items);
        product.b += stride(b_items);
        product.out += stride(out_items);
    }
}

void FourierConvolution::outputs(const float* inputs, const float* weights, std::size_t samples, Part rows,
                                 float* out) const {
    const std::size_t n = row(), c = shape_.channels, f = shape_.filters;
    multiply_rows({.terms = c,
                   .as = samples,
                   .bs = f,
                   .a = inputs,
                   .a_term = n,
                   .a_stride = c * n,
                   .b = weights,
                   .b_term = n,
                   .b_stride = c * n,
                   .conjugate_b = false,
                   .out = out,
                   .out_a = f * n,
                   .out_b = n},
                  samples * c, c * f, samples * f, rows);
}

void FourierConvolution::input_gradients(const float* gradients, const float* weights, std::size_t samples,
                                         Part rows, float* out) const {
    const std::size_t n = row(), c = shape_.channels, f = shape_.filters;
    multiply_rows({.terms = f,
                   .as = samples,
                   .bs = c,
                   .a = gradients,
                   .a_term = n,
                   .a_stride = f * n,
                   .b = weights,
                   .b_term = c * n,
                   .b_stride = n,
                   .conjugate_b = true,
                   .out = out,
                   .out_a = c * n,
                   .out_b = n},
                  samples * f, c * f, samples * c, rows);
}

void FourierConvolution::weight_gradients(const float* gradients, const float* inputs, std::size_t samples,
                                          Part rows, float* out) const {
    const std::size_t n = row(), c = shape_.channels, f = shape_.filters;
    multiply_rows({.terms = samples,
                   .as = f,
                   .bs = c,
                   .a = gradients,
                   .a_term = f * n,
                   .a_stride = n,
                   .b = inputs,
                   .b_term = c * n,
                   .b_stride = n,
                   .conjugate_b = true,
                   .out = out,
                   .out_a = c * n,
                   .out_b = n},
                  samples * f, samples * c, c * f, rows);
}

void to_spectra(const FourierBox& box, const float* boxes, std::size_t items, FourierConvolution::Part part,
                float* spectra) {
    const Scratch scratch(box.scratch());
    for (std::size_t i = part.begin; i < part.end; i += FourierBox::group) {
        const std::size_t count = std::min(FourierBox::group, part.end - i);
        box.forward(boxes + (i - part.begin) * box.elements(), count, spectra + i * box.row(),
                    box.stride(items), scratch.floats());
    }
}

void from_spectra(const FourierBox& box, const float* spectra, std::size_t items,
                  FourierConvolution::Part part, float* boxes) {
    const Scratch scratch(box.scratch());
    for (std::size_t i = part.begin; i < part.end; i += FourierBox::group) {
        const std::size_t count = std::min(FourierBox::group, part.end - i);
        box.inverse(spectra + i * box.row(), box.stride(items), count,
                    boxes + (i - part.begin) * box.elements(), scratch.floats());
    }
}

}  // namespace caloforge::kernels
