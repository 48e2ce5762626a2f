#include "train/GradientSum.hh"

namespace caloforge::train {

using torch::Tensor;

GradientSum::GradientSum(comm::Communicator& communicator, const std::vector<Tensor>& parameters)
    : communicator_(communicator), parameters_(parameters), places_(parameters.size()) {
    if (communicator_.ranks() == 1) return;
    std::vector<std::int64_t> sizes;
    // The backward pass meets the last layers first.
    for (std::size_t i = parameters_.size(); i-- > 0;) {
        const Tensor& parameter = parameters_[i];
        const auto bytes = static_cast<std::size_t>(parameter.nbytes());
        const bool full =
            buckets_.empty() || static_cast<std::size_t>(sizes.back()) * parameter.element_size() + bytes >
                                    bucket_bytes(communicator_.ranks());
        if (full) {
            buckets_.emplace_back();
            sizes.push_back(0);
        }
        places_[i] = {buckets_.size() - 1, sizes.back()};
        sizes.back() += parameter.numel();
        buckets_.back().parameters.push_back(i);
    }
    for (std::size_t b = 0; b < buckets_.size(); ++b) {
        buckets_[b].values = torch::zeros({sizes[b]}, parameters_[0].options().device(torch::kCPU));
        buckets_[b].missing = buckets_[b].parameters.size();
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        parameters_[i].register_hook([this, i](const Tensor& gradient) { arrived(i, gradient); });
}

void GradientSum::arrived(std::size_t parameter, const Tensor& gradient) {
    const torch::NoGradGuard no_grad;
    const auto [number, offset] = places_[parameter];
    Bucket& bucket = buckets_[number];
    bucket.values.narrow(0, offset, gradient.numel())
        .add_(gradient.contiguous().flatten().to(bucket.values.device()));
    if (held_) return;
    --bucket.missing;
    // In a fixed order, which all ranks have to keep.
    while (started_ < buckets_.size() && buckets_[started_].missing == 0) start(buckets_[started_++]);
    for (std::size_t b = 0; b < started_; ++b) buckets_[b].pending->advance();
}

void GradientSum::start(Bucket& bucket) {
    const auto count = static_cast<std::size_t>(bucket.values.numel());
    bucket.pending = bucket.values.scalar_type() == torch::kFloat64
                         ? communicator_.start_sum(std::span(bucket.values.data_ptr<double>(), count))
                         : communicator_.start_sum(std::span(bucket.values.data_ptr<float>(), count));
}

void GradientSum::finish() {
    const torch::NoGradGuard no_grad;
    // Parameters without a gradient in this pass count with the zeros of the beginning.
    while (started_ < buckets_.size()) start(buckets_[started_++]);
    for (Bucket& bucket : buckets_) {
        bucket.pending->wait();
        bucket.values.div_(static_cast<double>(communicator_.ranks()));
        for (const std::size_t i : bucket.parameters) {
            Tensor& parameter = parameters_[i];
            if (!parameter.mutable_grad().defined()) parameter.mutable_grad() = torch::empty_like(parameter);
            parameter.mutable_grad().copy_(
                bucket.values.narrow(0, places_[i].second, parameter.numel()).view(parameter.sizes()));
        }
        bucket.values.zero_();
        bucket.missing = bucket.parameters.size();
    }
    started_ = 0;
}

}  // namespace caloforge::train
