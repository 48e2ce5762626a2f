#include "comm/Rehearsal.hh"

namespace caloforge::comm {

using core::Clock;

class Rehearsal::Sum : public Communicator::Pending {
  public:
    Sum(Rehearsal& owner, std::size_t number) : owner_(owner), number_(number) {}
    void advance() override {}
    void wait() override {
        if (waited_) return;
        waited_ = true;
        owner_.computed();
        owner_.parts_.push_back({.kind = RehearsedPart::Kind::wait, .number = number_});
        owner_.since_ = Clock::now();
    }

  private:
    Rehearsal& owner_;
    std::size_t number_;
    bool waited_ = false;
};

void Rehearsal::computed() {
    const auto now = Clock::now();
    parts_.push_back({.seconds = std::chrono::duration<double>(now - since_).count()});
    since_ = now;
}

template <class Number>
std::unique_ptr<Communicator::Pending> Rehearsal::start(std::span<Number> values) {
    computed();
    parts_.push_back({.kind = RehearsedPart::Kind::start,
                      .number = sums_,
                      .count = values.size(),
                      .bytes = sizeof(Number)});
    for (Number& value : values) value *= static_cast<Number>(ranks_);
    since_ = Clock::now();
    return std::make_unique<Sum>(*this, sums_++);
}

std::unique_ptr<Communicator::Pending> Rehearsal::start_sum(std::span<float> values) {
    return start(values);
}
std::unique_ptr<Communicator::Pending> Rehearsal::start_sum(std::span<double> values) {
    return start(values);
}

void Rehearsal::record() {
    parts_.clear();
    sums_ = 0;
    since_ = Clock::now();
}

std::vector<RehearsedPart> Rehearsal::recorded() {
    computed();
    return std::move(parts_);
}

void Rehearsal::abandon(core::ExitCode code, const std::string& message) {
    throw core::Error(code, message);
}

}  // namespace caloforge::comm
