#pragma once

#include <memory>
#include <span>

#include "infer/Model.hh"

namespace caloforge::infer {

/// Threads that make samples of a model together, each with a session of its own; they wait between runs. One
/// thread at a time calls it. Moves.
class Team {
  public:
    /// `threads` 0: all cores. Of a backend with threads of its own the caller's alone.
    Team(Model model, int threads);
    ~Team();
    Team(Team&&) noexcept;
    Team& operator=(Team&&) noexcept;

    const Model& model() const;
    /// That compute, the backend's own included.
    int threads() const;
    /// As Session::run.
    sample::Columns run(std::span<const sample::Key> keys, const sample::ColumnsView& conditions);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caloforge::infer
