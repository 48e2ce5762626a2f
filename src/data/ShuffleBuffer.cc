#include "data/ShuffleBuffer.hh"

#include <algorithm>
#include <utility>

namespace caloforge::data {
namespace {

/// Files kept open: opening one costs as much as reading several showers.
constexpr std::size_t most_open_files = 16;

}  // namespace

ShuffleBuffer::ShuffleBuffer(ShowerSet set, LoaderOptions options, ShowerLoader::Position start)
    : set_(std::move(set)),
      options_(options),
      epoch_(start.epoch),
      position_(0),
      skip_(0),
      order_(set_.shards(), options_, epoch_) {
    capacity_ = std::min(std::max<std::size_t>(1, options_.shuffle_window), order_.size());
    const std::size_t handed_out = start.batch * options_.batch_size;
    skip_ = handed_out % capacity_;
    position_ = handed_out - skip_;
    cells_.resize(capacity_ * set_.readout().cells());
    conditions_ = sample::Columns(capacity_, set_.conditions());
    for (std::size_t place = capacity_; place > 0; --place)
        free_.push_back(static_cast<std::uint32_t>(place - 1));
}

void ShuffleBuffer::open_window() {
    if (position_ == order_.size()) {
        order_ = EpochOrder(set_.shards(), options_, ++epoch_);
        position_ = 0;
    }
    const std::size_t count = std::min(capacity_, order_.size() - position_);
    Window window;
    window.pieces = order_.pieces(position_, count);
    window.order = order_.shuffled(position_, count);
    window.places.assign(count, 0);
    window.emitted = std::exchange(skip_, 0);
    for (std::size_t i = 0; i < window.emitted; ++i) window.places[window.order[i]] = no_place;
    windows_.push_back(std::move(window));
    position_ += count;
}

ShowerFile& ShuffleBuffer::file(std::size_t shard) {
    // A file may hold several shards.
    const auto& path = set_.shards()[shard].path;
    const auto found = std::find_if(files_.begin(), files_.end(), [&](const auto& entry) {
        return set_.shards()[entry.first].path == path;
    });
    if (found != files_.end()) {
        files_.splice(files_.begin(), files_, found);
    } else {
        if (files_.size() == most_open_files) files_.pop_back();
        files_.emplace_front(shard, ShowerFile(path, set_.options()));
    }
    return files_.front().second;
}

void ShuffleBuffer::read_piece(Window& window) {
    const EpochOrder::Piece& piece = window.pieces[window.next_piece];
    file(piece.shard).read(set_.shards()[piece.shard].skip + piece.first, piece.count, read_);
    set_.keep_common(read_);
    for (std::size_t i = 0; i < piece.count; ++i) {
        std::uint32_t& place = window.places[window.loaded + i];
        if (place == no_place) continue;
        place = free_.back();
        free_.pop_back();
        std::ranges::copy(std::as_const(read_).shower(i),
                          cells_.begin() + static_cast<std::ptrdiff_t>(place * set_.readout().cells()));
        conditions_.copy_row(place, read_.conditions, i);
    }
    window.loaded += piece.count;
    ++window.next_piece;
}

bool ShuffleBuffer::complete_front(const GoOn& go_on) {
    if (windows_.empty()) open_window();
    if (windows_.front().emitted == windows_.front().order.size()) {
        windows_.pop_front();
        if (windows_.empty()) open_window();
    }
    while (!windows_.front().complete()) {
        if (!go_on()) return false;
        read_piece(windows_.front());
    }
    return true;
}

void ShuffleBuffer::hand_out(std::uint32_t place, ShowerBatch& batch, std::size_t row) {
    const std::size_t cells = set_.readout().cells();
    const auto first = cells_.begin() + static_cast<std::ptrdiff_t>(place * cells);
    batch.cells.insert(batch.cells.end(), first, first + static_cast<std::ptrdiff_t>(cells));
    batch.conditions.copy_row(row, conditions_, place);
    free_.push_back(place);
}

bool ShuffleBuffer::next(ShowerBatch& batch, const GoOn& go_on) {
    batch = {set_.readout(), sample::Columns(options_.batch_size, set_.conditions()), {}};
    batch.cells.reserve(options_.batch_size * set_.readout().cells());
    for (std::size_t row = 0; row < options_.batch_size;) {
        if (!complete_front(go_on)) return false;
        Window& window = windows_.front();
        for (; row < options_.batch_size && window.emitted < window.order.size(); ++row)
            hand_out(window.places[window.order[window.emitted++]], batch, row);
    }
    return true;
}

void ShuffleBuffer::read_ahead(const GoOn& go_on) {
    // Only the window behind the one that is being handed out: the places hold no more.
    while (go_on()) {
        if (windows_.back().complete()) {
            if (windows_.size() == 2) return;
            open_window();
        }
        Window& window = windows_.back();
        if (free_.size() < window.pieces[window.next_piece].count) return;
        read_piece(window);
    }
}

}  // namespace caloforge::data
