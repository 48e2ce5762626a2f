#pragma once

#include <filesystem>
#include <optional>

#include "data/hdf5/ChunkedSource.hh"
#include "data/hdf5/DatasetHeader.hh"

namespace caloforge::data::hdf5 {

/// A data set of numbers, axis 0 = showers, open for reading. Its header was checked against limits and
/// against what the file really stores before anything is allocated, so that a damaged header cannot ask for
/// memory. Calls are made under Lock.
class NumberDataset {
  public:
    /// `path` is for messages. Throws InputError: not numbers, rank 0, absurd sizes, values missing in the
    /// file.
    NumberDataset(hid_t file, const std::string& name, const std::filesystem::path& path);

    const DatasetHeader& header() const { return header_; }
    const std::string& name() const { return header_.name; }
    std::size_t rank() const { return header_.shape.size(); }
    std::size_t dim(std::size_t axis) const { return header_.shape[axis]; }
    /// Showers.
    std::size_t rows() const { return dim(0); }
    /// Values per shower.
    std::size_t row_size() const;
    /// Text of an attribute of this data set, or "".
    std::string text_attribute(const char* attribute) const;
    /// Two numbers of an attribute, or zeros.
    std::pair<double, double> pair_attribute(const char* attribute) const;

    /// Rows [first, first + count) as float32, row by row, converted by HDF5. Throws InputError.
    void read(std::size_t first, std::size_t count, float* out);
    /// One column of a data set of rank 2; column 0 of rank 1 is the data set itself.
    void read_column(std::size_t first, std::size_t count, std::size_t column, float* out);

  private:
    void check_sizes() const;
    void check_stored() const;
    /// Calls copy(rows, row number in them, number of rows, row number in the result) for chunk after chunk.
    template <class Copy>
    void for_each_slab(std::size_t first, std::size_t count, Copy copy);
    void read_block(const std::vector<hsize_t>& start, const std::vector<hsize_t>& count, float* out) const;
    [[noreturn]] void refuse(const std::string& why, const std::string& suggestion) const;

    std::filesystem::path path_;
    DatasetHeader header_;
    Handle dataset_;
    std::optional<ChunkedSource> chunks_;  ///< for chunked data sets
};

}  // namespace caloforge::data::hdf5
